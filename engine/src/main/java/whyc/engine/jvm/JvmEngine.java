package whyc.engine.jvm;

import java.util.List;
import java.util.Optional;
import whyc.engine.Engine;
import whyc.engine.Memory;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.onnx.Model;

/** Runs graphs in the JVM itself: a static schedule, one arena, kernels made for the layers. */
public final class JvmEngine implements Engine {
  private static final String MODULE = "jdk.incubator.vector";

  private final Options options;

  /**
   * How programs run.
   *
   * @param threads that share each kernel
   * @param lanes floats in a vector
   * @param memory what one program may take for weights and values of a run, in bytes
   * @param skipsZeros whether convolutions may leave out products with zeros, which changes no bit
   */
  public record Options(
      int threads, Lanes lanes, long memory, Preparation preparation, boolean skipsZeros) {
    /** Nothing is prepared. */
    public Options(int threads, Lanes lanes, long memory) {
      this(threads, lanes, memory, Preparation.NONE);
    }

    /** Products with zeros are left out where that pays. */
    public Options(int threads, Lanes lanes, long memory, Preparation preparation) {
      this(threads, lanes, memory, preparation, true);
    }

    public Options {
      if (memory < 1) {
        throw new IllegalArgumentException("a memory wants at least a byte, got " + memory);
      }
      if (threads < 1 || threads > 1024) {
        throw new IllegalArgumentException("threads want to be 1 to 1024, got " + threads);
      }
    }

    /** As many threads, the vectors that the machine likes best, any memory. */
    public static Options of(int threads) {
      return new Options(threads, Lanes.preferred(), Long.MAX_VALUE);
    }

    /** The same, but zeros are multiplied like other numbers: to measure what they cost. */
    public Options multiplyingZeros() {
      return new Options(threads, lanes, memory, preparation, false);
    }

    String name() {
      return "whyc jvm, %d lanes".formatted(lanes.count());
    }
  }

  private final Workers workers;
  private final JvmMemory memory;

  /** Whether the module that kernels are written for was given to this JVM. */
  public static boolean isAvailable() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /**
   * What keeps this JVM from running kernels fast, in words. Without the optimising compiler each
   * vector is an object, and kernels are thousands of times slower.
   */
  public static Optional<String> obstacle() {
    if (!isAvailable()) {
      return Optional.of(
          "this JVM was started without the module %s (--add-modules %s)"
              .formatted(MODULE, MODULE));
    }
    String compilers = System.getProperty("java.vm.info", "");
    if (compilers.contains("interpreted mode") || compilers.contains("emulated-client")) {
      return Optional.of(
          "this JVM was started without its optimising compiler (%s)".formatted(compilers));
    }
    return Lanes.available() < Lanes.FOUR.count()
        ? Optional.of(
            "this machine has vectors of %d floats, kernels want %d"
                .formatted(Lanes.available(), Lanes.FOUR.count()))
        : Optional.empty();
  }

  /** What is done when a program first meets a batch size. */
  public enum Preparation {
    /** Kernels are chosen by rule, and compiled by the JVM while they run. */
    NONE,

    /** Kernels are chosen by rule, and rehearsed until the JVM has compiled them. */
    REHEARSED,

    /**
     * Kernels are timed on this machine where there are several for a step, and the fastest are
     * rehearsed. Results may differ in last bits between machines, and between numbers of threads.
     */
    TIMED
  }

  private JvmEngine(Options options) {
    this.options = options;
    this.workers = new Workers(options.threads());
    this.memory =
        new JvmMemory(
            (lowered, weights) -> Plan.of(lowered, options.lanes(), weights, workers.count()));
  }

  public static JvmEngine create(Options options) {
    return new JvmEngine(options);
  }

  @Override
  public JvmProgram compile(Model model, Graph graph) {
    return new JvmProgram(graph, options, workers, memory.lowered(graph));
  }

  /** What a process with this engine holds beside programs and models, in bytes. */
  public static long processBytes() {
    return JvmMemory.process();
  }

  @Override
  public Memory predictMemory(Model model, List<Graph> programs, int batch) {
    return memory.predict(model, programs, batch);
  }

  @Override
  public String name() {
    return options.name();
  }

  @Override
  public void close() {
    workers.close();
  }
}
