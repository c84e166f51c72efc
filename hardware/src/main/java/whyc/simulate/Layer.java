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
import whyc.op.Op;
import whyc.op.Product;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A line of a graph that multiplies and adds.
 *
 * @param input the operand whose zeros can be left out: it depends on the image
 * @param weight the other operand
 */
public record Layer(
    Value line, String label, Phase phase, Loops loops, Form form, Value input, Value weight) {

  /** What a layer is for. */
  public enum Phase {
    /** The prediction needs it. */
    INFERENCE,

    /** Only the explanation needs it. */
    EXPLANATION
  }

  /** How its operands lie in memory. */
  enum Form {
    /** Input [n,c,h,w], weight [o,c,kh,kw], or as many inputs by outputs where it scatters. */
    IMAGE,

    /** The input is the left operand of a matrix product: a row for each place. */
    LEFT,

    /** The input is the right one: a row for each channel. */
    RIGHT
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
        layer(g, new Value(i), phase, depends).ifPresent(layers::add);
      }
    }
    return layers;
  }

  private static Optional<Layer> layer(Graph g, Value line, Phase phase, boolean[] depends) {
    Node n = g.node(line);
    return switch (n.op()) {
      case Conv c -> Optional.of(image(g, line, phase, c.window(), c.groups(), false));
      case IntegerConv c -> Optional.of(image(g, line, phase, c.window(), c.groups(), false));
      case ConvTranspose c -> Optional.of(image(g, line, phase, c.window(), c.groups(), true));
      case MatMul m -> Optional.of(product(g, line, phase, depends));
      case IntegerConvTranspose c ->
          Optional.of(image(g, line, phase, c.window(), c.groups(), true));
      case IntegerMatMul m -> Optional.of(product(g, line, phase, depends));
      default -> Optional.empty();
    };
  }

  private static Layer image(
      Graph g, Value line, Phase phase, Window window, int groups, boolean scatters) {
    Node n = g.node(line);
    Shape x = g.type(n.operands().get(0)).shape();
    Shape y = n.type().shape();
    Loops loops =
        new Loops(
            groups, x.dim(1) / groups, y.dim(1) / groups, plane(x), plane(y), window, scatters);
    return new Layer(
        line, n.label(), phase, loops, Form.IMAGE, n.operands().get(0), n.operands().get(1));
  }

  private static Loops.Plane plane(Shape image) {
    return new Loops.Plane(image.dim(2), image.dim(3));
  }

  /** Products of many pairs of matrices are one convolution with a group for each. */
  private static Layer product(Graph g, Value line, Phase phase, boolean[] depends) {
    Node n = g.node(line);
    Shape a = g.type(n.operands().get(0)).shape();
    Shape b = g.type(n.operands().get(1)).shape();
    int columns = b.rank() < 2 ? 1 : b.dim(-1);
    int rows = n.type().shape().size() / columns;
    int groups = b.rank() <= 2 ? 1 : rows / a.dim(-2);
    boolean left = depends[n.operands().get(0).index()];
    Loops.Plane places = new Loops.Plane(1, left ? rows / groups : columns);
    int outputs = left ? columns : rows / groups;
    return new Layer(
        line,
        n.label(),
        phase,
        new Loops(groups, a.dim(-1), outputs, places, places, Window.of(1, 1, 1), false),
        left ? Form.LEFT : Form.RIGHT,
        n.operands().get(left ? 0 : 1),
        n.operands().get(left ? 1 : 0));
  }

  /**
   * The values of its input, {@code [groups, channels, places]}.
   *
   * @param x of the input's line, or of a view of it
   */
  double[] inputs(Tensor x) {
    return form == Form.LEFT
        ? exchanged(x.doubles(), loops.input().size(), loops.inputChannels())
        : x.doubles();
  }

  /**
   * Whether a line is the sum of products of its operands as they are: padded with zeros, with the
   * exact product. Others are computed as their operator says.
   */
  boolean isPlain(Op op) {
    return switch (op) {
      case IntegerConv c -> c.padding() == 0 && c.product().equals(Product.exact());
      case IntegerConvTranspose c -> c.product().equals(Product.exact());
      case IntegerMatMul m -> m.product().equals(Product.exact());
      default -> true;
    };
  }

  /** The line's result; integers keep their lowest bits, as their operators say. */
  Tensor tensor(TensorType type, double[] sums) {
    double[] result = result(sums);
    if (type.element().isFloating()) {
      return Tensor.of(type, result);
    }
    long[] integers = new long[result.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (long) result[i];
    }
    return Tensor.of(type, integers);
  }

  /** The sums in the order of the line's result. */
  double[] result(double[] outputs) {
    return form == Form.LEFT
        ? exchanged(outputs, loops.outputChannels(), loops.output().size())
        : outputs;
  }

  /** The weights, {@code [groups, input channels, taps, output channels]}. */
  double[] weights(Tensor w) {
    double[] from = w.doubles();
    double[] to = new double[from.length];
    boolean inputsFirst = form == Form.LEFT || loops.scatters();
    int at = 0;
    for (int g = 0; g < loops.groups(); g++) {
      for (int c = 0; c < loops.inputChannels(); c++) {
        for (int tap = 0; tap < loops.window().area(); tap++) {
          for (int o = 0; o < loops.outputChannels(); o++) {
            int pair =
                inputsFirst
                    ? (g * loops.inputChannels() + c) * loops.outputChannels() + o
                    : (g * loops.outputChannels() + o) * loops.inputChannels() + c;
            to[at++] = from[pair * loops.window().area() + tap];
          }
        }
      }
    }
    return to;
  }

  /** Matrices, one after the other, with rows and columns exchanged. */
  private static double[] exchanged(double[] x, int rows, int columns) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int matrix = i / (rows * columns);
      int row = i / columns % rows;
      y[(matrix * columns + i % columns) * rows + row] = x[i];
    }
    return y;
  }

  /** The same, its input read from where it lies. */
  Layer reading(Value owner) {
    return new Layer(line, label, phase, loops, form, owner, weight);
  }
}
