package whyc.engine.jvm;

import java.lang.ref.SoftReference;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import whyc.engine.Memory;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Constant;

/**
 * What a process with this engine holds. Weights and arenas are known to the byte before anything
 * is packed; what the JVM and the model as it was read take beside them is fitted.
 */
final class JvmMemory {
  private static final double MEGABYTE = 1 << 20;

  /** The process with the engine's classes and compiled code, before any program. */
  private static final double PROCESS = 150 * MEGABYTE;

  /** The model in its file's bytes and as read. */
  private static final double PER_FILE_BYTE = 2;

  private final BiFunction<Graph, Weights, Plan> planning;
  private final Map<Graph, Needs> known = new IdentityHashMap<>();

  /**
   * What one program takes for one image.
   *
   * @param weights packed
   * @param arena for a batch of one
   * @param constants of the lowered graph, which are given up once they are packed
   * @param lowered kept for the program to be compiled, unless memory is short
   */
  private record Needs(long weights, long arena, long constants, SoftReference<Graph> lowered) {}

  /**
   * @param planning of a lowered graph
   */
  JvmMemory(BiFunction<Graph, Weights, Plan> planning) {
    this.planning = planning;
  }

  synchronized Memory predict(Model model, List<Graph> programs, int batch) {
    double held = PROCESS + PER_FILE_BYTE * model.file().proto().getSerializedSize();
    double compiling = held;
    for (Graph program : programs) {
      Needs needs = known.computeIfAbsent(program, this::measure);
      double own = needs.weights + (double) needs.arena * batch;
      compiling = Math.max(compiling, held + own + needs.constants);
      held += own;
    }
    return new Memory((long) compiling, (long) held);
  }

  private Needs measure(Graph program) {
    Graph lowered = Lowering.of(program.withBatch(1));
    Weights weights = new Weights();
    Plan plan = planning.apply(lowered, weights);
    plan.wire();
    return new Needs(
        weights.bytes(), plan.bytes(), constants(lowered), new SoftReference<>(lowered));
  }

  private static long constants(Graph g) {
    return g.nodes().stream()
        .filter(n -> n.op() instanceof Constant)
        .map(Node::type)
        .mapToLong(t -> t.bytes())
        .sum();
  }

  /**
   * A program's lowered form for one image, if it was made and is still there; it is handed out
   * once.
   */
  synchronized Optional<Graph> lowered(Graph program) {
    Needs needs = known.remove(program);
    return needs == null ? Optional.empty() : Optional.ofNullable(needs.lowered.get());
  }
}
