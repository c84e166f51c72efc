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
import whyc.schedule.Footprint;

/**
 * What a process with this engine holds. Weights and arenas are known to the byte before anything
 * is packed; what the JVM takes beside them is fitted to the peak resident size of processes that
 * the launcher started (SqueezeNet 1.1 and ResNet-18 with saliency and with integrated gradients,
 * ResNet-50 of 8 bits with saliency; JDK 25, Linux, G1 with a young generation of 64 MB and one
 * size of the heap from the start): residuals are below 5 %, and {@code whyc bench memory} repeats
 * the measurement. With another collector, or a heap that may grow, more is held.
 */
final class JvmMemory {
  private static final double MEGABYTE = 1 << 20;

  /** The process with classes, compilers at work, compiled code and young objects. */
  private static final double PROCESS = 239 * MEGABYTE;

  /** What the collector notes of each byte of the heap: a bit for each word, and cards. */
  private static final double NOTES_PER_HEAP_BYTE = 1 / 54.0;

  /** The model in its file's bytes and as read. */
  private static final double PER_FILE_BYTE = 2;

  /** Large arrays lie in whole regions, and new ones come before old ones are collected. */
  private static final double PER_LARGE_BYTE = 1.38;

  /** Weights that are computed from weights, such as those stored in 8 bits, on their way. */
  private static final double PER_FOLDED_BYTE = 1.2;

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
   * @param folded what is computed from weights alone when the graph is lowered
   */
  private record Needs(long weights, long arena, long constants, long folded) {}

  /**
   * @param planning of a lowered graph
   */
  JvmMemory(BiFunction<Graph, Weights, Plan> planning) {
    this.planning = planning;
  }

  /** What is held before any model. */
  static long process() {
    return (long) (PROCESS + NOTES_PER_HEAP_BYTE * Runtime.getRuntime().maxMemory());
  }

  /** The most is held when a program is packed, while others still wait for that. */
  synchronized Memory predict(Model model, List<Graph> programs, int batch) {
    lowered.keySet().retainAll(identities(programs));
    List<Needs> needs =
        programs.stream().map(p -> known.computeIfAbsent(p, this::measure)).toList();
    double held =
        process()
            + PER_LARGE_BYTE * PER_FILE_BYTE * model.file().proto().getSerializedSize()
            + PER_FOLDED_BYTE * needs.stream().mapToLong(Needs::folded).max().orElse(0);
    double waiting = PER_LARGE_BYTE * needs.stream().mapToLong(Needs::constants).sum();
    double compiling = held + waiting;
    for (Needs n : needs) {
      held += PER_LARGE_BYTE * n.weights + (double) n.arena * batch;
      compiling = Math.max(compiling, held + waiting);
      waiting -= PER_LARGE_BYTE * n.constants;
    }
    return new Memory((long) compiling, (long) held);
  }

  private static Set<Graph> identities(List<Graph> graphs) {
    Set<Graph> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(graphs);
    return set;
  }

  private Needs measure(Graph program) {
    Graph one = program.withBatch(1);
    Graph own = Lowering.of(one);
    Weights weights = new Weights();
    Plan plan = planning.apply(own, weights);
    plan.wire();
    lowered.put(program, own);
    collect(weights.bytes());
    return new Needs(
        weights.bytes(), plan.bytes(), constants(own), Footprint.of(one).foldedBytes());
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
