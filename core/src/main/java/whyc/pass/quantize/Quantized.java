package whyc.pass.quantize;

import java.util.List;
import java.util.Map;
import whyc.graph.Graph;
import whyc.op.Value;

/**
 * A graph in integers.
 *
 * <p>It computes none of the model's tensors, only tensors like them. So a runtime that takes what
 * it can from the model's file wants a model of this graph's own.
 *
 * @param graph with the outputs of the one that it was made from, in real numbers
 * @param codes how the values of this graph are stored that stand for real numbers
 * @param weights for each product of this graph the scales of its weights, one for each output
 * @param turned for each product of a backward pass the product of the forward pass whose weight it
 *     multiplies by, in codes of its own or in the same
 * @param real lines that stayed in real numbers
 */
public record Quantized(
    Graph graph,
    Map<Value, Codes> codes,
    Map<Value, List<Double>> weights,
    Map<Value, Value> turned,
    List<Real> real) {
  /** What the label of a model's tensor ends in where a line computes its codes. */
  public static final String CODES = "_codes";

  public Quantized {
    codes = Map.copyOf(codes);
    weights = Map.copyOf(weights);
    turned = Map.copyOf(turned);
    real = List.copyOf(real);
  }

  /** A graph of which nothing more is known. */
  public static Quantized of(Graph graph) {
    return new Quantized(graph, Map.of(), Map.of(), Map.of(), List.of());
  }

  /**
   * A line that stayed in real numbers.
   *
   * @param line its operator, and the model's tensor if it has one
   */
  public record Real(String line, String reason) {}
}
