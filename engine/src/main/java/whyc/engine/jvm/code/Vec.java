package whyc.engine.jvm.code;

import static java.lang.constant.ConstantDescs.CD_float;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * An expression of float vectors. Each use of an expression computes it again: see {@link
 * Code#let}.
 *
 * <p>A method of a vector is inlined where the compiler knows the vector's class. It does not know
 * that of a variable which a loop sets to what the very method gives, unless a profile happens to
 * tell; without it each of these vectors becomes an object. So where operands may change places,
 * such a variable is an argument and another vector the receiver.
 */
public sealed interface Vec {

  /** Appends what leaves the vector on the stack. */
  void push(CodeBuilder c);

  default Vec plus(Vec other) {
    return new Call("add", this, List.of(other));
  }

  default Vec minus(Vec other) {
    return new Call("sub", this, List.of(other));
  }

  default Vec times(Vec other) {
    return new Call("mul", this, List.of(other));
  }

  default Vec over(Vec other) {
    return new Call("div", this, List.of(other));
  }

  /** As {@link Math#max(float, float)}: NaN wins. */
  default Vec max(Vec other) {
    return new Call("max", this, List.of(other));
  }

  default Vec min(Vec other) {
    return new Call("min", this, List.of(other));
  }

  /** {@code this * factor + term}, rounded once. */
  default Vec fma(Vec factor, Vec term) {
    return new Call("fma", this, List.of(factor, term));
  }

  default Vec neg() {
    return new Call("neg", this, List.of());
  }

  default Vec abs() {
    return new Call("abs", this, List.of());
  }

  default Vec sqrt() {
    return new Call("sqrt", this, List.of());
  }

  default Vec plus(float other) {
    return new CallWithScalar("add", this, other);
  }

  default Vec minus(float other) {
    return new CallWithScalar("sub", this, other);
  }

  default Vec times(float other) {
    return new CallWithScalar("mul", this, other);
  }

  default Vec max(float other) {
    return new CallWithScalar("max", this, other);
  }

  default Vec min(float other) {
    return new CallWithScalar("min", this, other);
  }

  /** {@code other} where the mask is set. */
  default Vec blend(Vec other, Mask where) {
    return new Blend(this, other, where);
  }

  default Mask greater(Vec other) {
    return new Mask.Compare("GT", this, other);
  }

  default Mask greater(float other) {
    return new Mask.CompareWithScalar("GT", this, other);
  }

  /** Not where a lane is NaN. */
  default Mask atMost(float other) {
    return new Mask.CompareWithScalar("LE", this, other);
  }

  /** Not where a lane is NaN. */
  default Mask atLeast(float other) {
    return new Mask.CompareWithScalar("GE", this, other);
  }

  default Mask less(float other) {
    return new Mask.CompareWithScalar("LT", this, other);
  }

  default Mask equal(float other) {
    return new Mask.CompareWithScalar("EQ", this, other);
  }

  default Mask notEqual(float other) {
    return new Mask.CompareWithScalar("NE", this, other);
  }

  default Mask equal(Vec other) {
    return new Mask.Compare("EQ", this, other);
  }

  default Mask notEqual(Vec other) {
    return new Mask.Compare("NE", this, other);
  }

  /** Each lane from so many lanes further, the last lanes from the first. */
  default Vec turned(int by) {
    return new Turned(this, by);
  }

  /** The lanes where a mask is set, side by side; zeros behind them. */
  default Vec compressed(Mask where) {
    return new Compressed(this, where);
  }

  /** Where a bit of a lane is set. */
  default Mask bit(int bit) {
    return new Mask.Bit(this, bit);
  }

  /** Where a lane is above zero. */
  default Mask positive() {
    return new Mask.CompareWithScalar("GT", this, 0);
  }

  /** The bits of the lanes. */
  default Ints asInts() {
    return new Ints.Of(this);
  }

  /** The floats that have some bits. */
  record OfBits(Ints bits) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      bits.push(c);
      c.invokevirtual(Types.INT_VECTOR, "reinterpretAsFloats", Types.vectorOf());
    }
  }

  /**
   * All lanes folded, from the first to the last, in every lane. The API's own reduction of sums
   * leaves their order open.
   */
  record Folded(Lanes lanes, Variable vector, Fold fold) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushSpecies(c);
      pushLane(c, 0);
      for (int i = 1; i < lanes.count(); i++) {
        pushLane(c, i);
        switch (fold) {
          case SUM -> c.fadd();
          case PRODUCT -> c.fmul();
          case MAX -> c.invokestatic(Types.MATH, "max", Types.FLOAT_OF_FLOATS);
        }
      }
      c.invokestatic(Types.FLOAT_VECTOR, "broadcast", Types.BROADCAST);
    }

    private void pushLane(CodeBuilder c, int lane) {
      vector.push(c);
      c.loadConstant(lane);
      c.invokevirtual(Types.FLOAT_VECTOR, "lane", Types.FLOAT_OF_INT);
    }
  }

  /** How two numbers become one. */
  enum Fold {
    SUM,
    PRODUCT,
    MAX;

    public Vec apply(Vec a, Vec b) {
      return switch (this) {
        case SUM -> a.plus(b);
        case PRODUCT -> a.times(b);
        case MAX -> a.max(b);
      };
    }

    /** What changes no other number. */
    public float neutral() {
      return switch (this) {
        case SUM -> 0;
        case PRODUCT -> 1;
        case MAX -> Float.NEGATIVE_INFINITY;
      };
    }
  }

  /** Whether a vector is a variable that was set again. */
  private static boolean isCarried(Vec vec) {
    return vec instanceof Variable v && v.sets > 1;
  }

  /** A vector in a local variable, which may be given another value. */
  final class Variable implements Vec {
    private final CodeBuilder code;
    private final int slot;
    private int sets;

    Variable(CodeBuilder code, int slot) {
      this.code = code;
      this.slot = slot;
    }

    public void set(Vec value) {
      sets++;
      value.push(code);
      code.astore(slot);
    }

    @Override
    public void push(CodeBuilder c) {
      c.aload(slot);
    }
  }

  record Load(Lanes lanes, int array, Int at) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushSpecies(c);
      c.aload(array);
      at.push(c);
      c.invokestatic(Types.FLOAT_VECTOR, "fromArray", Types.LOAD);
    }
  }

  record LoadMasked(Lanes lanes, int array, Int at, Mask mask) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushSpecies(c);
      c.aload(array);
      at.push(c);
      mask.push(c);
      c.invokestatic(Types.FLOAT_VECTOR, "fromArray", Types.LOAD_MASKED);
    }
  }

  /** One number of an array in every lane. */
  record Broadcast(Lanes lanes, int array, Int at) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushSpecies(c);
      c.aload(array);
      at.push(c);
      c.faload();
      c.invokestatic(Types.FLOAT_VECTOR, "broadcast", Types.BROADCAST);
    }
  }

  /** A literal in every lane. */
  record Filled(Lanes lanes, float value) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushSpecies(c);
      c.loadConstant(value);
      c.invokestatic(Types.FLOAT_VECTOR, "broadcast", Types.BROADCAST);
    }
  }

  record Turned(Vec on, int by) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      on.push(c);
      c.dup();
      c.invokevirtual(Types.FLOAT_VECTOR, "species", Types.SPECIES_OF_NOTHING);
      c.loadConstant(by);
      c.loadConstant(1);
      c.loadConstant(1);
      c.invokestatic(Types.VECTOR_SHUFFLE, "iota", Types.IOTA);
      c.invokevirtual(Types.FLOAT_VECTOR, "rearrange", Types.vectorOf(Types.VECTOR_SHUFFLE));
    }
  }

  /** A float by its bits in every lane. */
  record FilledBits(Lanes lanes, Int bits) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushIntSpecies(c);
      bits.push(c);
      c.invokestatic(Types.INT_VECTOR, "broadcast", Types.BROADCAST_INT);
      c.invokevirtual(Types.INT_VECTOR, "reinterpretAsFloats", Types.vectorOf());
    }
  }

  record Call(String method, Vec on, List<Vec> operands) implements Vec {
    /** Methods whose receiver and first argument may change places. */
    private static final Set<String> COMMUTATIVE = Set.of("add", "mul", "max", "min", "fma");

    @Override
    public void push(CodeBuilder c) {
      List<Vec> all = new ArrayList<>(operands);
      all.addFirst(on);
      if (isCarried(on) && COMMUTATIVE.contains(method)) {
        Collections.swap(all, 0, 1);
      }
      all.forEach(o -> o.push(c));
      ClassDesc[] types = new ClassDesc[operands.size()];
      java.util.Arrays.fill(types, Types.VECTOR);
      c.invokevirtual(Types.FLOAT_VECTOR, method, Types.vectorOf(types));
    }
  }

  record CallWithScalar(String method, Vec on, float operand) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      on.push(c);
      c.loadConstant(operand);
      c.invokevirtual(Types.FLOAT_VECTOR, method, Types.vectorOf(CD_float));
    }
  }

  record Compressed(Vec on, Mask where) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      on.push(c);
      where.push(c);
      c.invokevirtual(Types.FLOAT_VECTOR, "compress", Types.vectorOf(Types.VECTOR_MASK));
    }
  }

  record Blend(Vec on, Vec other, Mask where) implements Vec {
    @Override
    public void push(CodeBuilder c) {
      boolean swapped = isCarried(on) && !isCarried(other);
      (swapped ? other : on).push(c);
      (swapped ? on : other).push(c);
      (swapped ? where.not() : where).push(c);
      c.invokevirtual(Types.FLOAT_VECTOR, "blend", Types.vectorOf(Types.VECTOR, Types.VECTOR_MASK));
    }
  }
}
