package whyc.target.c;

import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;

/**
 * How many bits an element takes in the arena: 1 for a truth value, as few as tell the taps of a
 * window apart for the switch of a max-pooling, 2 for a window of 2 x 2. Switches that are read by
 * anything but their route are bytes.
 */
final class Packing {
  private static final int[] WIDTHS = {1, 2, 4};

  private final int[] bits;

  private Packing(int[] bits) {
    this.bits = bits;
  }

  static Packing of(Graph graph) {
    int count = graph.nodes().size();
    boolean[] routed = new boolean[count];
    java.util.Arrays.fill(routed, true);
    for (Node n : graph.nodes()) {
      for (int k = 0; k < n.operands().size(); k++) {
        routed[n.operands().get(k).index()] &= n.op() instanceof MaxPoolRoute && k == 0;
      }
    }
    graph.outputs().values().forEach(v -> routed[v.index()] = false);
    return new Packing(
        IntStream.range(0, count).map(i -> bits(graph, graph.nodes().get(i), routed[i])).toArray());
  }

  private static int bits(Graph graph, Node n, boolean routed) {
    if (n.type().element() == ElementType.BOOL) {
      return 1;
    }
    if (!routed || !(n.op() instanceof MaxPoolSwitches s)) {
      return 0;
    }
    Shape image = graph.type(n.operands().getFirst()).shape();
    return width(s.window().area() + (seesNothing(s.window(), image, n.type().shape()) ? 1 : 0));
  }

  /** The width of codes for so many cases; 0 for whole bytes. A missing tap is all ones. */
  private static int width(int cases) {
    return IntStream.of(WIDTHS).filter(w -> cases <= 1 << w).findFirst().orElse(0);
  }

  /** Whether some place of a window lies in padding alone. */
  private static boolean seesNothing(Window w, Shape in, Shape out) {
    return seesNothing(in.dim(2), out.dim(2), w.height(), w.strideY(), w.top(), w.dilationY())
        || seesNothing(in.dim(3), out.dim(3), w.width(), w.strideX(), w.left(), w.dilationX());
  }

  private static boolean seesNothing(
      int extent, int places, int taps, int stride, int before, int dilation) {
    return IntStream.range(0, places)
        .anyMatch(i ->
            IntStream.range(0, taps)
                .map(u -> i * stride + u * dilation - before)
                .noneMatch(at -> at >= 0 && at < extent));
  }

  /** Bits of an element; empty where elements lie as they are. */
  Optional<Integer> bits(Value v) {
    return bits[v.index()] == 0 ? Optional.empty() : Optional.of(bits[v.index()]);
  }

  /** Bytes that so many elements of a value take. */
  long bytes(Value v, Graph graph) {
    return bits(v)
        .map(b -> Math.ceilDiv((long) graph.type(v).shape().size() * b, 8L))
        .orElse(graph.type(v).bytes());
  }
}
