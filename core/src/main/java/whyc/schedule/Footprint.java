package whyc.schedule;

import java.util.Arrays;
import java.util.List;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.Value;

/**
 * How much memory the values of a program take when its lines run in order and each value is given
 * up after its last use.
 *
 * @param weightBytes what is known before the program runs: weights, and what is computed from
 *     weights alone, which runtimes do once
 * @param foldedBytes all that is computed from weights alone, intermediate results included
 * @param peakBytes the most that values take at one time while the program runs, inputs and outputs
 *     included
 */
public record Footprint(long weightBytes, long foldedBytes, long peakBytes) {

  public static Footprint of(Graph graph) {
    return new Walk(graph).measure();
  }

  private static final class Walk {
    private final List<Node> nodes;
    private final Graph graph;

    /** Whether a line is made of constants alone. */
    private final boolean[] known;

    /** The line whose memory a line shares: its own but for mere reshapings. */
    private final int[] owner;

    /** The last line that reads the memory of an owner; the number of lines for an output. */
    private final int[] lastUse;

    Walk(Graph graph) {
      this.graph = graph;
      this.nodes = graph.nodes();
      this.known = new boolean[nodes.size()];
      this.owner = new int[nodes.size()];
      this.lastUse = new int[nodes.size()];
      Arrays.fill(lastUse, -1);
      for (int i = 0; i < nodes.size(); i++) {
        Node n = nodes.get(i);
        known[i] =
            !(n.op() instanceof Input) && n.operands().stream().allMatch(v -> known[v.index()]);
        owner[i] = RowMajorStorage.isView(n.op()) ? owner[n.operands().getFirst().index()] : i;
      }
    }

    Footprint measure() {
      boolean[] needed = graph.neededFor(graph.outputs().values());
      for (int i = 0; i < nodes.size(); i++) {
        if (needed[i]) {
          for (Value operand : nodes.get(i).operands()) {
            lastUse[owner[operand.index()]] = i;
          }
        }
      }
      graph.outputs().values().forEach(v -> lastUse[owner[v.index()]] = nodes.size());
      return new Footprint(weights(needed), folded(needed), peak(needed));
    }

    /** Known values that a line of the running program reads. */
    private long weights(boolean[] needed) {
      boolean[] read = new boolean[nodes.size()];
      for (int i = 0; i < nodes.size(); i++) {
        if (needed[i] && !known[i]) {
          nodes.get(i).operands().stream()
              .filter(v -> known[v.index()])
              .forEach(v -> read[v.index()] = true);
        }
      }
      long bytes = 0;
      for (int i = 0; i < nodes.size(); i++) {
        bytes += read[i] ? nodes.get(i).type().bytes() : 0;
      }
      return bytes;
    }

    private long folded(boolean[] needed) {
      long bytes = 0;
      for (int i = 0; i < nodes.size(); i++) {
        Node n = nodes.get(i);
        bytes += needed[i] && known[i] && !(n.op() instanceof Constant) ? n.type().bytes() : 0;
      }
      return bytes;
    }

    private long peak(boolean[] needed) {
      long[] released = new long[nodes.size() + 1];
      long live = 0;
      long peak = 0;
      for (int i = 0; i < nodes.size(); i++) {
        if (needed[i] && !known[i] && owner[i] == i) {
          long bytes = nodes.get(i).type().bytes();
          live += bytes;
          released[Math.max(lastUse[i], i)] += bytes;
        }
        peak = Math.max(peak, live);
        live -= released[i];
      }
      return peak;
    }
  }

  /** Weights and values together. */
  public long bytes() {
    return weightBytes + peakBytes;
  }
}
