package whyc.assign;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.Value;
import whyc.pass.quantize.Quantized;
import whyc.simulate.Layer;
import whyc.simulate.Layer.Phase;
import whyc.simulate.Loops;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * A line of a quantised graph that multiplies signed bytes by known weights: one whose multipliers
 * may be approximate.
 *
 * @param line the sums
 * @param name the model's tensor that the sums become
 * @param loops of one image
 * @param input codes that depend on the image: [n,c,h,w], or [n,k] for a matrix product
 * @param weight codes: [o,c/groups,kh,kw], of a transposed convolution [c,o/groups,kh,kw], or [k,o]
 *     for a matrix product
 */
public record ProductLayer(
    Value line, String name, Phase phase, Loops loops, Value input, Tensor weight) {

  /**
   * The layers of a graph, in its order.
   *
   * @param predictions outputs of the model itself
   */
  public static List<ProductLayer> of(Graph g, Collection<String> predictions) {
    List<Layer> typed = Layer.of(g, predictions);
    List<Layer> single = Layer.of(g.withBatch(1), predictions);
    List<ProductLayer> layers = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < typed.size(); i++) {
      Layer l = typed.get(i);
      Loops loops = single.get(i).loops();
      weight(g, l)
          .ifPresent(w ->
              layers.add(
                  new ProductLayer(
                      l.line(), fresh(name(g, l.line()), taken), l.phase(), loops, l.input(), w)));
    }
    return List.copyOf(layers);
  }

  private static Optional<Tensor> weight(Graph g, Layer l) {
    Node n = g.node(l.line());
    boolean ofIntegers =
        n.op() instanceof IntegerConv
            || n.op() instanceof IntegerConvTranspose
            || n.op() instanceof IntegerMatMul;
    boolean ofBytes = n.operands().stream().allMatch(v -> g.type(v).element() == ElementType.INT8);
    return ofIntegers
            && ofBytes
            && l.weight().equals(n.operands().get(1))
            && g.node(l.weight()).op() instanceof Constant c
        ? Optional.of(c.value())
        : Optional.empty();
  }

  /** The label of the first line behind the sums that has one. */
  private static String name(Graph g, Value sums) {
    Value at = sums;
    for (int i = sums.index(); i < g.nodes().size(); i++) {
      Node n = g.nodes().get(i);
      if (i == sums.index() || n.operands().contains(at)) {
        at = new Value(i);
        if (!n.label().isEmpty()) {
          return n.label().endsWith(Quantized.CODES)
              ? n.label().substring(0, n.label().length() - Quantized.CODES.length())
              : n.label();
        }
      }
    }
    return "line " + sums.index();
  }

  private static String fresh(String name, Set<String> taken) {
    String fresh = name;
    for (int i = 2; !taken.add(fresh); i++) {
      fresh = name + " #" + i;
    }
    return fresh;
  }

  /** Whether only the explanation needs it. */
  boolean explains() {
    return phase == Phase.EXPLANATION;
  }

  private boolean isMatrixProduct() {
    return weight.shape().rank() == 2;
  }

  /** The axis of the weight that counts outputs; not of a transposed convolution. */
  int outputAxis() {
    return isMatrixProduct() ? 1 : 0;
  }

  /** How many outputs have weights of their own. */
  int outputs() {
    return loops.outputChannels() * loops.groups();
  }

  /** The output that a weight belongs to. */
  int output(int weightIndex) {
    return isMatrixProduct()
        ? weightIndex % weight.shape().dim(1)
        : loops.scatters() ? second(weightIndex) : first(weightIndex);
  }

  /** The channel of the input that a weight multiplies. */
  int channel(int weightIndex) {
    return isMatrixProduct()
        ? weightIndex / weight.shape().dim(1)
        : loops.scatters() ? first(weightIndex) : second(weightIndex);
  }

  /** The channel that the weight's first axis counts. */
  private int first(int weightIndex) {
    return weightIndex / weight.shape().product(1, 4);
  }

  /** The channel that its second axis counts, within a group. */
  private int second(int weightIndex) {
    int perGroup = weight.shape().dim(1);
    int group = first(weightIndex) / (weight.shape().dim(0) / loops.groups());
    return group * perGroup + weightIndex / weight.shape().product(2, 4) % perGroup;
  }

  /** Channels of the input. */
  int channels() {
    return loops.inputChannels() * loops.groups();
  }

  /**
   * The share of operands that lie in the padding, and are 0; of a transposed convolution the taps
   * that meet no operand.
   */
  double paddedShare() {
    if (isMatrixProduct()) {
      return 0;
    }
    var w = loops.window();
    var outer = loops.scatters() ? loops.input() : loops.output();
    var inner = loops.scatters() ? loops.output() : loops.input();
    double rows =
        inside(outer.height(), inner.height(), w.height(), w.strideY(), w.dilationY(), w.top());
    double columns =
        inside(outer.width(), inner.width(), w.width(), w.strideX(), w.dilationX(), w.left());
    double share = rows * columns * outer.size() / loops.output().size();
    return 1 - Math.min(1, share);
  }

  /** The share of taps along an axis that meet the image. */
  private static double inside(
      int outputs, int inputs, int taps, int stride, int dilation, int padding) {
    long inside = 0;
    for (int i = 0; i < outputs; i++) {
      for (int u = 0; u < taps; u++) {
        int at = i * stride + u * dilation - padding;
        inside += at >= 0 && at < inputs ? 1 : 0;
      }
    }
    return inside / ((double) outputs * taps);
  }
}
