package whyc.engine.jvm;

import java.util.List;
import whyc.engine.Engine;
import whyc.engine.Memory;
import whyc.engine.Program;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.onnx.Model;

/** Runs graphs in the JVM itself: a static schedule, one arena, kernels made for the layers. */
public final class JvmEngine implements Engine {
  private final Options options;

  /**
   * How programs run.
   *
   * @param threads that share each kernel
   * @param lanes floats in a vector
   */
  public record Options(int threads, Lanes lanes) {
    public Options {
      if (threads < 1 || threads > 1024) {
        throw new IllegalArgumentException("threads want to be 1 to 1024, got " + threads);
      }
    }
  }

  private JvmEngine(Options options) {
    this.options = options;
  }

  public static JvmEngine create(Options options) {
    return new JvmEngine(options);
  }

  @Override
  public Program compile(Model model, Graph graph) {
    return new JvmProgram(graph, options.lanes(), options.threads());
  }

  @Override
  public Memory predictMemory(Model model, List<Graph> programs, int batch) {
    return new Memory(0, 0);
  }

  @Override
  public String name() {
    return "whyc jvm, " + options.lanes().count() + " lanes";
  }

  @Override
  public void close() {}
}
