package whyc.engine.jvm.code;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One method in the making. Its first parameters are the arrays of {@link Routine#run}, which
 * methods hand on to each other.
 *
 * <p>Compilers keep vectors in registers only within one method, so no vector is a parameter. They
 * give up on methods of more than {@value #MAX_BYTES} bytes, so a routine that is unrolled is split
 * into methods.
 */
public final class Code {
  /** HotSpot's {@code HugeMethodLimit}. */
  static final int MAX_BYTES = 8000;

  private static final int VALUES = 0;
  private static final int BITS = 1;
  private static final int WEIGHTS = 2;
  private static final int ARGUMENTS = 3;
  static final List<ClassDesc> ARRAYS =
      List.of(Types.FLOATS, Types.SHORTS, Types.FLOATS, Types.INTS);

  private final Assembly owner;
  private final Lanes lanes;
  private final CodeBuilder c;
  private final Map<Int, String> arguments = new HashMap<>();

  Code(Assembly owner, Lanes lanes, CodeBuilder c) {
    this.owner = owner;
    this.lanes = lanes;
    this.c = c;
  }

  /** A method of the same class, to be called. */
  public record Method(String name, int parameters) {
    MethodTypeDesc type() {
      List<ClassDesc> types = new ArrayList<>(ARRAYS);
      for (int i = 0; i < parameters; i++) {
        types.add(ConstantDescs.CD_int);
      }
      return MethodTypeDesc.of(ConstantDescs.CD_void, types);
    }
  }

  /** Number of lanes. */
  public int lanes() {
    return lanes.count();
  }

  // Ints.

  /** A number that the caller of the routine gives by name; read here, once. */
  public Int argument(String name) {
    Int argument = let(new Int.Entry(ARGUMENTS, false, Int.of(owner.argument(name))));
    arguments.put(argument, name);
    return argument;
  }

  /** An argument of a list whose length is known only when the routine runs. */
  public Int argument(Int index) {
    return new Int.Entry(ARGUMENTS, false, index);
  }

  /** Evaluates an expression here, once. */
  public Int let(Int value) {
    if (value instanceof Int.Literal || value instanceof Int.Local) {
      return value;
    }
    int slot = c.allocateLocal(TypeKind.INT);
    value.push(c);
    c.istore(slot);
    return new Int.Local(slot);
  }

  /** A variable that starts with a value and may be given others. */
  public Int.Variable variable(Int start) {
    int slot = c.allocateLocal(TypeKind.INT);
    start.push(c);
    c.istore(slot);
    return new Int.Variable(c, slot);
  }

  /** A whole number in the arena, as {@link #storeWhole} left it there. */
  public Int whole(Int at) {
    return new Int.InFloats(VALUES, at);
  }

  /** The bits of a constant. */
  public Int weightBits(Int at) {
    return new Int.InFloats(WEIGHTS, at);
  }

  /** Stores a whole number that is not negative: its bits, which are those of a tiny number. */
  public void storeWhole(Int at, Int value) {
    c.aload(VALUES);
    at.push(c);
    value.push(c);
    c.invokestatic(Types.FLOAT, "intBitsToFloat", Types.FLOAT_OF_INT);
    c.fastore();
  }

  /** The bits of one vector's truth values. */
  public Int bits(Int at) {
    return new Int.Entry(BITS, true, at);
  }

  public void storeBits(Int at, Mask mask) {
    c.aload(BITS);
    at.push(c);
    new Int.OfMask(mask).push(c);
    c.i2s();
    c.sastore();
  }

  // Vectors.

  public Vec value(Int at) {
    return new Vec.Load(lanes, VALUES, at);
  }

  public Vec weight(Int at) {
    return new Vec.Load(lanes, WEIGHTS, at);
  }

  public Vec value(Int at, Mask where) {
    return new Vec.LoadMasked(lanes, VALUES, at, where);
  }

  public Vec weight(Int at, Mask where) {
    return new Vec.LoadMasked(lanes, WEIGHTS, at, where);
  }

  /** One number of the arena in every lane. */
  public Vec broadcastValue(Int at) {
    return new Vec.Broadcast(lanes, VALUES, at);
  }

  public Vec broadcastWeight(Int at) {
    return new Vec.Broadcast(lanes, WEIGHTS, at);
  }

  public Vec filled(float value) {
    return new Vec.Filled(lanes, value);
  }

  /** The float of these bits in every lane: to be moved, not to be computed with. */
  public Vec filledBits(Int bits) {
    return new Vec.FilledBits(lanes, bits);
  }

  /** All lanes of a vector folded in order, in every lane. */
  public Vec folded(Vec vector, Vec.Fold fold) {
    return new Vec.Folded(lanes, let(vector), fold);
  }

  /** The first lanes. */
  public Mask first(Int count) {
    return mask(Int.of(1).shiftedBy(count).minus(Int.of(1)));
  }

  public Mask mask(Int bits) {
    return new Mask.OfBits(lanes, bits);
  }

  /** Evaluates an expression here, once; the variable may be set again. */
  public Vec.Variable let(Vec value) {
    Vec.Variable v = new Vec.Variable(c, c.allocateLocal(TypeKind.REFERENCE));
    v.set(value);
    return v;
  }

  /** The numbers of the lanes, 0 for the first. */
  public Ints laneNumbers() {
    return new Ints.LaneNumbers(lanes);
  }

  /** Evaluates an expression of ints here, once. */
  public Ints let(Ints value) {
    int slot = c.allocateLocal(TypeKind.REFERENCE);
    value.push(c);
    c.astore(slot);
    return new Ints.Local(slot);
  }

  /** Evaluates a mask here, once. Not to be carried round a loop: compilers box it there. */
  public Mask let(Mask value) {
    int slot = c.allocateLocal(TypeKind.REFERENCE);
    value.push(c);
    c.astore(slot);
    return new Mask.Local(slot);
  }

  /** Variables that start at zero. */
  public List<Vec.Variable> zeros(int count) {
    List<Vec.Variable> variables = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      variables.add(let(filled(0)));
    }
    return variables;
  }

  public void store(Int at, Vec value) {
    value.push(c);
    c.aload(VALUES);
    at.push(c);
    c.invokevirtual(Types.FLOAT_VECTOR, "intoArray", Types.STORE);
  }

  public void store(Int at, Vec value, Mask where) {
    value.push(c);
    c.aload(VALUES);
    at.push(c);
    where.push(c);
    c.invokevirtual(Types.FLOAT_VECTOR, "intoArray", Types.STORE_MASKED);
  }

  // Control.

  /** For {@code i = from, from + step, ... < to}. */
  public void loop(Int from, Int to, int step, Consumer<Int> body) {
    Int end = let(to);
    if (arguments.containsKey(end)) {
      owner.count(arguments.get(end));
    }
    if (arguments.containsKey(from)) {
      owner.start(arguments.get(from));
    }
    int i = c.allocateLocal(TypeKind.INT);
    from.push(c);
    c.istore(i);
    Label head = c.newBoundLabel();
    Label exit = c.newLabel();
    c.iload(i);
    end.push(c);
    c.if_icmpge(exit);
    body.accept(new Int.Local(i));
    c.iinc(i, step);
    c.goto_(head);
    c.labelBinding(exit);
  }

  public void loop(Int to, Consumer<Int> body) {
    loop(Int.of(0), to, 1, body);
  }

  /** Whether {@code a < b} decides. */
  public void ifLess(Int a, Int b, Runnable then, Runnable otherwise) {
    Label no = c.newLabel();
    Label end = c.newLabel();
    a.push(c);
    b.push(c);
    c.if_icmpge(no);
    then.run();
    c.goto_(end);
    c.labelBinding(no);
    otherwise.run();
    c.labelBinding(end);
  }

  public void ifEqual(Int a, Int b, Runnable then, Runnable otherwise) {
    Label no = c.newLabel();
    Label end = c.newLabel();
    a.push(c);
    b.push(c);
    c.if_icmpne(no);
    then.run();
    c.goto_(end);
    c.labelBinding(no);
    otherwise.run();
    c.labelBinding(end);
  }

  /** Another method, which a call enters; written once for each name. */
  public Method method(String name, int parameters, BiConsumer<Code, List<Int>> body) {
    return owner.method(name, parameters, body);
  }

  public void call(Method method, Int... parameters) {
    c.aload(VALUES);
    c.aload(BITS);
    c.aload(WEIGHTS);
    c.aload(ARGUMENTS);
    for (Int p : parameters) {
      p.push(c);
    }
    c.invokestatic(owner.name(), method.name(), method.type());
  }
}
