package whyc.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Clip;
import whyc.op.MaxPool;
import whyc.op.MaxPoolSwitches;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.pass.Expand;
import whyc.tensor.Tensor;

/**
 * Where two engines decide differently: a ReLU that one sees above its threshold and the other does
 * not, a place of a max-pooling with another winner. From there on gradients differ, and neither is
 * wrong, if the number stands near enough to the threshold.
 */
public final class Decisions {
  private Decisions() {}

  /**
   * One decision.
   *
   * @param layer the model's tensor that was decided on
   * @param index in its row-major order, or of the pooled place
   * @param one distance to the threshold in one engine, other in the other; of a pooling the lead
   *     of the winner over the other engine's winner
   * @param largest magnitude of the tensor
   */
  public record Flip(String layer, int index, double one, double other, double largest) {

    /** How near it was, as a part of the largest number. */
    public double nearness() {
      return Math.max(Math.abs(one), Math.abs(other)) / largest;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s at %d: %.3g and %.3g, %.1e of the largest",
          layer,
          index,
          one,
          other,
          nearness());
    }
  }

  /** The first of many, in words. */
  public static String words(List<Flip> flips) {
    String first = flips.stream().limit(5).map(Flip::toString).collect(Collectors.joining("; "));
    return flips.size() + " decided otherwise: " + first;
  }

  /** All that differ for some images, in the network's order. */
  public static List<Flip> differing(Model m, Tensor images, Engine one, Engine other) {
    Graph g = new Expand().apply(m.graph());
    SequencedMap<String, Value> watched = new LinkedHashMap<>();
    Map<String, Node> deciding = new TreeMap<>();
    for (Node n : g.nodes()) {
      if (n.op() instanceof Relu || n.op() instanceof Clip || n.op() instanceof MaxPool) {
        String name = "decided_" + n.operands().getFirst().index() + "_" + watched.size();
        watched.put(name, n.operands().getFirst());
        deciding.put(name, n);
      }
    }
    Graph all = g.withOutputs(watched);
    List<Flip> flips = new ArrayList<>();
    try (Program a = one.compile(m, all);
        Program b = other.compile(m, all)) {
      Map<String, Tensor> x = a.run(Map.of(m.input(), images), watched.keySet());
      Map<String, Tensor> y = b.run(Map.of(m.input(), images), watched.keySet());
      watched.forEach((name, value) -> {
        Node n = deciding.get(name);
        String label = g.node(value).label() + " -> " + n.label();
        flips.addAll(compare(n, label, x.get(name), y.get(name)));
      });
    }
    return flips;
  }

  private static List<Flip> compare(Node n, String layer, Tensor x, Tensor y) {
    return switch (n.op()) {
      case Relu _ -> beyond(layer, x, y, 0);
      case Clip c -> {
        List<Flip> both = new ArrayList<>(beyond(layer, x, y, c.low()));
        both.addAll(beyond(layer, x, y, c.high()));
        yield both;
      }
      case MaxPool p -> winners(layer, p, x, y);
      default -> List.of();
    };
  }

  private static double largest(Tensor t) {
    double largest = 0;
    for (int i = 0; i < t.size(); i++) {
      largest = Math.max(largest, Math.abs(t.at(i)));
    }
    return largest;
  }

  private static List<Flip> beyond(String layer, Tensor x, Tensor y, double threshold) {
    List<Flip> flips = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      if (x.at(i) > threshold != y.at(i) > threshold) {
        flips.add(new Flip(layer, i, x.at(i) - threshold, y.at(i) - threshold, largest(x)));
      }
    }
    return flips;
  }

  private static List<Flip> winners(String layer, MaxPool p, Tensor x, Tensor y) {
    MaxPoolSwitches switches = new MaxPoolSwitches(p.window());
    Tensor a = switches.evaluate(List.of(x));
    Tensor b = switches.evaluate(List.of(y));
    List<Flip> flips = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      if (a.at(i) != b.at(i)) {
        int won = place(p, x, a, i);
        int lost = place(p, x, b, i);
        flips.add(new Flip(layer, i, x.at(won) - x.at(lost), y.at(lost) - y.at(won), largest(x)));
      }
    }
    return flips;
  }

  /** The element that won a place of a pooling. */
  private static int place(MaxPool p, Tensor x, Tensor switches, int i) {
    int tap = (int) switches.at(i);
    int columns = switches.shape().dim(3);
    int rows = switches.shape().dim(2);
    int row =
        i / columns % rows * p.window().strideY()
            + tap / p.window().width() * p.window().dilationY()
            - p.window().top();
    int column =
        i % columns * p.window().strideX()
            + tap % p.window().width() * p.window().dilationX()
            - p.window().left();
    return (i / (rows * columns) * x.shape().dim(2) + row) * x.shape().dim(3) + column;
  }
}
