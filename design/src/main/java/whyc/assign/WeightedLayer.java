package whyc.assign;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Div;
import whyc.op.MatMul;
import whyc.op.Mul;
import whyc.op.Sub;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * A convolution or matrix product with a known weight, and what belongs to it: the bias and the
 * batch normalisation behind it. Its output is what the next activation reads.
 *
 * <p>So a layer has the same output, and the same name, in a model as it was read and in the form
 * that {@link whyc.pass.PrepareToQuantize} gives it, where the normalisation is folded into the
 * weight.
 *
 * @param name the model's own name of the output, or of the product where the output has none;
 *     {@code layer_k} where neither has
 * @param product the line that multiplies
 * @param output the last of the product and the additions and multiplications by known numbers
 *     behind it that nothing else reads
 * @param channelAxis of the output
 */
public record WeightedLayer(String name, Value product, Value output, int channelAxis) {

  /**
   * The layers that lie between the inputs and some results, in the order of the graph.
   *
   * @param results lines of the graph, the class scores
   */
  public static List<WeightedLayer> of(Graph g, List<Value> results) {
    boolean[] varying = g.dependingOnInputs();
    boolean[] needed = g.neededFor(results);
    Readers readers = new Readers(g, varying, needed, results);
    List<WeightedLayer> layers = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < needed.length; i++) {
      if (needed[i] && varying[i] && hasKnownWeight(g.nodes().get(i), varying)) {
        Value product = new Value(i);
        Value output = readers.endOfLayer(product);
        String name = name(g, product, output, layers.size());
        layers.add(
            new WeightedLayer(
                taken.add(name) ? name : name + "_" + layers.size(),
                product,
                output,
                channelAxis(g, product, varying)));
      }
    }
    return List.copyOf(layers);
  }

  /** The layers between the inputs and all outputs. */
  public static List<WeightedLayer> of(Graph g) {
    return of(g, List.copyOf(g.outputs().values()));
  }

  /** Number of channels of the output. */
  public int channels(Graph g) {
    return g.type(output).shape().dim(channelAxis);
  }

  private static boolean hasKnownWeight(Node n, boolean[] varying) {
    return switch (n.op()) {
      case Conv c -> !varying[n.operands().get(1).index()];
      case ConvTranspose c -> !varying[n.operands().get(1).index()];
      case MatMul m -> n.operands().stream().anyMatch(v -> !varying[v.index()]);
      default -> false;
    };
  }

  /** A weight on the right makes columns, one on the left rows. */
  private static int channelAxis(Graph g, Value product, boolean[] varying) {
    Node n = g.node(product);
    int rank = n.type().shape().rank();
    boolean isMatrix = n.op() instanceof MatMul;
    return !isMatrix ? 1 : varying[n.operands().get(0).index()] ? rank - 1 : rank - 2;
  }

  private static String name(Graph g, Value product, Value output, int place) {
    String own = g.node(output).label();
    String inner = g.node(product).label();
    return !own.isEmpty() ? own : !inner.isEmpty() ? inner : "layer_" + place;
  }

  /** Who reads each line. */
  private static final class Readers {
    private final Graph graph;
    private final boolean[] varying;
    private final List<Value> results;
    private final List<List<Value>> of;

    Readers(Graph graph, boolean[] varying, boolean[] needed, List<Value> results) {
      this.graph = graph;
      this.varying = varying;
      this.results = results;
      this.of =
          IntStream.range(0, needed.length).<List<Value>>mapToObj(_ -> new ArrayList<>()).toList();
      for (int i = 0; i < needed.length; i++) {
        if (needed[i]) {
          for (Value operand : graph.nodes().get(i).operands()) {
            of.get(operand.index()).add(new Value(i));
          }
        }
      }
    }

    Value endOfLayer(Value product) {
      Value end = product;
      while (!results.contains(end) && of.get(end.index()).size() == 1) {
        Value next = of.get(end.index()).getFirst();
        if (!isAffine(end, next)) {
          return end;
        }
        end = next;
      }
      return end;
    }

    /** Whether a line adds known numbers to one value, or multiplies it by them. */
    private boolean isAffine(Value value, Value line) {
      Node n = graph.node(line);
      boolean arithmetic =
          switch (n.op()) {
            case Add a -> true;
            case Sub s -> true;
            case Mul m -> true;
            case Div d -> n.operands().getFirst().equals(value);
            default -> false;
          };
      Shape shape = graph.type(value).shape();
      return arithmetic
          && n.type().shape().equals(shape)
          && n.operands().stream().allMatch(v -> v.equals(value) || !varying[v.index()]);
    }
  }
}
