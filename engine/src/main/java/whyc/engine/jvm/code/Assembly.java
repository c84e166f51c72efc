package whyc.engine.jvm.code;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** Writes the class of one routine. */
public final class Assembly {
  /** By this the launcher tells the JVM's compilers which methods are kernels. */
  private static final String PREFIX = "Kernel$";

  private final ClassDesc name;
  private final Lanes lanes;
  private final List<String> arguments = new ArrayList<>();
  private long counts;
  private long starts;
  private final Map<String, Code.Method> methods = new HashMap<>();
  private final Deque<Pending> pending = new ArrayDeque<>();

  private record Pending(Code.Method method, BiConsumer<Code, List<Int>> body) {}

  /**
   * A routine and the names of its arguments, in order.
   *
   * @param name what profiles and stack traces show
   */
  public record Assembled(String name, Routine routine, List<String> arguments) {

    /** The arguments in order; every one must be given, and no other. */
    public int[] arguments(Map<String, Integer> values) {
      if (values.size() != arguments.size() || !values.keySet().containsAll(arguments)) {
        throw new IllegalArgumentException(
            "%s wants %s, got %s".formatted(name, arguments, values.keySet()));
      }
      return arguments.stream().mapToInt(values::get).toArray();
    }
  }

  private Assembly(String name, Lanes lanes) {
    this.name = ClassDesc.of(Assembly.class.getPackageName(), PREFIX + name);
    this.lanes = lanes;
  }

  /**
   * Writes and loads a class.
   *
   * @param body of {@link Routine#run}, given its range of units
   */
  public static Assembled assemble(String name, Lanes lanes, Body body) {
    return new Assembly(name, lanes).write(body);
  }

  /** What a routine does with the units {@code from} to {@code to}. */
  public interface Body {
    void write(Code code, Int from, Int to);
  }

  private Assembled write(Body body) {
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                cls -> {
                  cls.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                  cls.withInterfaceSymbols(ClassDesc.of(Routine.class.getName()));
                  writeConstructor(cls);
                  Code.Method range =
                      method("range", 2, (code, p) -> body.write(code, p.get(0), p.get(1)));
                  writeRun(cls, range);
                  while (!pending.isEmpty()) {
                    write(cls, pending.poll());
                  }
                  writeNumber(cls, "counts", counts);
                  writeNumber(cls, "starts", starts);
                });
    refuseHugeMethods(bytes);
    try {
      Class<?> loaded = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return new Assembled(
          name.displayName(),
          (Routine) loaded.getDeclaredConstructor().newInstance(),
          List.copyOf(arguments));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the routine " + name.displayName() + " does not load", e);
    }
  }

  private static void writeConstructor(ClassBuilder cls) {
    cls.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        0,
        c -> {
          c.aload(0);
          c.invokespecial(Types.OBJECT, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
          c.return_();
        });
  }

  private void writeRun(ClassBuilder cls, Code.Method range) {
    cls.withMethodBody(
        "run",
        Types.routine(),
        ClassFile.ACC_PUBLIC,
        c -> {
          for (int i = 1; i <= Code.ARRAYS.size(); i++) {
            c.aload(i);
          }
          c.iload(5);
          c.iload(6);
          c.invokestatic(name, range.name(), range.type());
          c.return_();
        });
  }

  private static void writeNumber(ClassBuilder cls, String method, long number) {
    cls.withMethodBody(
        method,
        MethodTypeDesc.of(ConstantDescs.CD_long),
        ClassFile.ACC_PUBLIC,
        c -> {
          c.loadConstant(number);
          c.lreturn();
        });
  }

  private void write(ClassBuilder cls, Pending p) {
    cls.withMethodBody(
        p.method.name(),
        p.method.type(),
        ClassFile.ACC_STATIC,
        c -> {
          List<Int> parameters =
              IntStream.range(0, p.method.parameters())
                  .mapToObj(i -> (Int) new Int.Local(c.parameterSlot(Code.ARRAYS.size() + i)))
                  .toList();
          p.body.accept(new Code(this, lanes, c), parameters);
          c.return_();
        });
  }

  private void refuseHugeMethods(byte[] bytes) {
    for (MethodModel m : ClassFile.of().parse(bytes).methods()) {
      int size = m.code().map(CodeModel.class::cast).map(Assembly::size).orElse(0);
      if (size > Code.MAX_BYTES) {
        throw new IllegalStateException(
            "%s.%s has %d bytes, of which HotSpot compiles at most %d"
                .formatted(name.displayName(), m.methodName(), size, Code.MAX_BYTES));
      }
    }
  }

  private static int size(CodeModel code) {
    return ((java.lang.classfile.attribute.CodeAttribute) code).codeLength();
  }

  ClassDesc name() {
    return name;
  }

  int argument(String argument) {
    if (!arguments.contains(argument)) {
      arguments.add(argument);
    }
    return arguments.indexOf(argument);
  }

  /** Notes that an argument bounds a loop. */
  void count(String argument) {
    counts |= bit(argument);
  }

  /** Notes that a loop starts from an argument. */
  void start(String argument) {
    starts |= bit(argument);
  }

  private long bit(String argument) {
    int index = argument(argument);
    return index < Long.SIZE ? 1L << index : 0;
  }

  Code.Method method(String method, int parameters, BiConsumer<Code, List<Int>> body) {
    return methods.computeIfAbsent(
        method,
        m -> {
          Code.Method made = new Code.Method(m, parameters);
          pending.add(new Pending(made, body));
          return made;
        });
  }
}
