package whyc.simulate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * A line of a graph that multiplies and adds.
 *
 * @param input the operand whose zeros can be left out: it depends on the image
 * @param weight the other operand
 */
public record Layer(Value line, String label, Phase phase, Loops loops, Value input, Value weight) {

  /** What a layer is for. */
  public enum Phase {
    /** The prediction needs it. */
    INFERENCE,

    /** Only the explanation needs it. */
    EXPLANATION
  }

  /**
   * The layers of a graph, in its order.
   *
   * @param predictions outputs of the model itself; what else the graph computes explains them
   */
  public static List<Layer> of(Graph g, Collection<String> predictions) {
    boolean[] predicts = g.neededFor(predictions.stream().map(g::output).toList());
    boolean[] needed = g.neededFor(g.outputs().values());
    boolean[] depends = g.dependingOnInputs();
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < depends.length; i++) {
      if (needed[i] && depends[i]) {
        Phase phase = predicts[i] ? Phase.INFERENCE : Phase.EXPLANATION;
        Node n = g.nodes().get(i);
        Value line = new Value(i);
        loops(g, n)
            .ifPresent(loops -> {
              boolean exchanged = !depends[n.operands().get(0).index()];
              layers.add(
                  new Layer(
                      line,
                      n.label(),
                      phase,
                      loops,
                      n.operands().get(exchanged ? 1 : 0),
                      n.operands().get(exchanged ? 0 : 1)));
            });
      }
    }
    return layers;
  }

  private static Optional<Loops> loops(Graph g, Node n) {
    return switch (n.op()) {
      case Conv c -> Optional.of(window(g, n, c.window(), c.groups(), false));
      case IntegerConv c -> Optional.of(window(g, n, c.window(), c.groups(), false));
      case ConvTranspose c -> Optional.of(window(g, n, c.window(), c.groups(), true));
      case IntegerConvTranspose c -> Optional.of(window(g, n, c.window(), c.groups(), true));
      case MatMul m -> Optional.of(product(g, n));
      case IntegerMatMul m -> Optional.of(product(g, n));
      default -> Optional.empty();
    };
  }

  private static Loops window(Graph g, Node n, Window window, int groups, boolean scatters) {
    Shape x = g.type(n.operands().get(0)).shape();
    Shape y = n.type().shape();
    return new Loops(
        groups, x.dim(1) / groups, y.dim(1) / groups, plane(x), plane(y), window, scatters);
  }

  /** Products of many pairs of matrices are one convolution with a group for each. */
  private static Loops product(Graph g, Node n) {
    Shape a = g.type(n.operands().get(0)).shape();
    Shape b = g.type(n.operands().get(1)).shape();
    int columns = b.rank() < 2 ? 1 : b.dim(-1);
    int rows = n.type().shape().size() / columns;
    int groups = b.rank() <= 2 ? 1 : rows / a.dim(-2);
    Loops.Plane places = new Loops.Plane(1, rows / groups);
    return new Loops(groups, a.dim(-1), columns, places, places, Window.of(1, 1, 1), false);
  }

  private static Loops.Plane plane(Shape image) {
    return new Loops.Plane(image.dim(2), image.dim(3));
  }
}
