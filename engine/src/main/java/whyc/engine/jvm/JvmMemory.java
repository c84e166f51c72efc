package whyc.engine.jvm;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Bytes of weights from which a collection pays. */
  private static final long WORTH_COLLECTING = 4 << 20;

  private final BiFunction<Graph, Weights, Plan> planning;
  private final IdentityHashMap<Graph, Needs> known = new IdentityHashMap<>();

  /** Lowered forms of the programs that were asked about last, until they are compiled. */
  private final IdentityHashMap<Graph, Graph> lowered = new IdentityHashMap<>();

  /**
   * What one program takes for one image, in bytes.
   *
   * @param weights packed
   * @param arena for a batch of one
   * @param constants of the lowered graph, which are given up once they are packed
   */
  private record Needs(long weights, long arena, long constants) {}

  /**
   * @param planning of a lowered graph
   */
  JvmMemory(BiFunction<Graph, Weights, Plan> planning) {
    this.planning = planning;
  }

  /** The most is held when a program is packed, while others still wait for that. */
  synchronized Memory predict(Model model, List<Graph> programs, int batch) {
    lowered.keySet().retainAll(identities(programs));
    List<Needs> needs =
        programs.stream().map(p -> known.computeIfAbsent(p, this::measure)).toList();
    double held = PROCESS + PER_FILE_BYTE * model.file().proto().getSerializedSize();
    double waiting = needs.stream().mapToLong(Needs::constants).sum();
    double compiling = held + waiting;
    for (Needs n : needs) {
      held += n.weights + (double) n.arena * batch;
      compiling = Math.max(compiling, held + waiting);
      waiting -= n.constants;
    }
    return new Memory((long) compiling, (long) held);
  }

  private static Set<Graph> identities(List<Graph> graphs) {
    Set<Graph> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(graphs);
    return set;
  }

  private Needs measure(Graph program) {
    Graph own = Lowering.of(program.withBatch(1));
    Weights weights = new Weights();
    Plan plan = planning.apply(own, weights);
    plan.wire();
    lowered.put(program, own);
    collect(weights.bytes());
    return new Needs(weights.bytes(), plan.bytes(), constants(own));
  }

  /**
   * Collects what lowering left behind, which is some times the weights: a collector that waits for
   * small objects lets it pile up.
   */
  static void collect(long weights) {
    if (weights > WORTH_COLLECTING) {
      System.gc();
    }
  }

  /** What constants take beside the model's file. */
  private static long constants(Graph g) {
    return g.nodes().stream()
        .map(Node::op)
        .mapToLong(op -> op instanceof Constant c ? c.value().heapBytes() : 0)
        .sum();
  }

  /**
   * A program's lowered form for one image, if it was made and is still there; it is handed out
   * once.
   */
  synchronized Optional<Graph> lowered(Graph program) {
    return Optional.ofNullable(lowered.remove(program));
  }
}
