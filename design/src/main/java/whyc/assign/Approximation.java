package whyc.assign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Constant;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.Value;
import whyc.pass.quantize.Codes;
import whyc.pass.quantize.Quantized;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A quantised graph with approximate products in some of its layers.
 *
 * <p>The circuit's second operand is the weight. Weights are stored as those that come nearest to
 * the exact product, and the bias takes off the mean error (see {@link Replacement}); all other
 * lines stay as they were. A layer without a circuit stays exact.
 *
 * @param circuits by the layer's line
 */
record Approximation(Map<Value, Change> circuits) {

  /**
   * What happens to one layer.
   *
   * @param skipped output channels that are left out: their results are 0, before any activation
   */
  record Change(Product product, Replacement replacement, Set<Integer> skipped) {}

  Quantized apply(Quantized q) {
    Writing w = new Writing(q.graph());
    Graph g = w.run();
    Map<Value, Codes> codes = new HashMap<>();
    q.codes().forEach((v, c) -> codes.put(w.now(v), c));
    Map<Value, List<Double>> weights = new HashMap<>();
    q.weights().forEach((v, scales) -> weights.put(w.now(v), scales));
    return new Quantized(g, codes, weights, q.real());
  }

  private final class Writing {
    private final Graph g;
    private final Builder b = new Builder();
    private final List<Value> values = new ArrayList<>();
    private final int[] uses;

    /** What a bias still has to take, by the line of the sums. */
    private final Map<Value, Correction> open = new HashMap<>();

    /** What is added to a bias, and where there is none any more. */
    private record Correction(Tensor added, Set<Integer> skipped) {}

    Writing(Graph g) {
      this.g = g;
      this.uses = new int[g.nodes().size()];
      g.nodes().forEach(n -> n.operands().forEach(v -> uses[v.index()]++));
      g.outputs().values().forEach(v -> uses[v.index()]++);
    }

    Graph run() {
      for (int i = 0; i < g.nodes().size(); i++) {
        Node n = g.nodes().get(i);
        Value v = written(new Value(i), n);
        b.name(v, n.label());
        values.add(v);
      }
      return b.finish(Builder.mapped(g.outputs(), this::now));
    }

    Value now(Value old) {
      return values.get(old.index());
    }

    private Value written(Value line, Node n) {
      Change change = circuits.get(line);
      if (change != null) {
        return changed(line, n, change);
      }
      return n.op() instanceof Add && n.operands().stream().anyMatch(open::containsKey)
          ? corrected(n)
          : b.emit(n.op(), n.operands().stream().map(this::now).toList());
    }

    private Value changed(Value line, Node n, Change change) {
      Value weight = b.constant(change.replacement.weight());
      Value sums = b.emit(with(n.op(), change.product), now(n.operands().getFirst()), weight);
      Tensor correction = correction(n, change.replacement);
      if (hasBias(line)) {
        open.put(line, new Correction(correction, change.skipped));
        return sums;
      }
      return b.add(sums, b.constant(correction));
    }

    private static Primitive with(Op op, Product product) {
      return switch (op) {
        case IntegerConv c -> new IntegerConv(c.window(), c.groups(), c.padding(), product);
        case IntegerMatMul m -> new IntegerMatMul(product);
        default -> throw new IllegalArgumentException(op.name() + " has no product of its own");
      };
    }

    private static Tensor correction(Node n, Replacement r) {
      int count = r.correction().length;
      Shape shape = n.op() instanceof IntegerConv ? Shape.of(count, 1, 1) : Shape.of(count);
      return Tensor.of(new TensorType(ElementType.INT32, shape), r.correction());
    }

    /** Whether the only use of sums is a known bias. */
    private boolean hasBias(Value sums) {
      return uses[sums.index()] == 1
          && g.nodes().stream()
              .filter(n -> n.operands().contains(sums))
              .anyMatch(n -> n.op() instanceof Add && bias(n, sums).isPresent());
    }

    private Optional<Tensor> bias(Node add, Value sums) {
      Value other = add.operands().get(add.operands().getFirst().equals(sums) ? 1 : 0);
      return g.node(other).op() instanceof Constant c ? Optional.of(c.value()) : Optional.empty();
    }

    private Value corrected(Node add) {
      Value sums = add.operands().stream().filter(open::containsKey).findFirst().orElseThrow();
      Correction c = Objects.requireNonNull(open.get(sums));
      Tensor both = new Add().evaluate(List.of(bias(add, sums).orElseThrow(), c.added));
      return b.add(now(sums), b.constant(without(both, c.skipped)));
    }

    /** A bias, [o] or [o,1,1], with 0 for what is skipped. */
    private static Tensor without(Tensor bias, Set<Integer> skipped) {
      if (skipped.isEmpty()) {
        return bias;
      }
      double[] values = bias.doubles();
      skipped.forEach(o -> values[o] = 0);
      return Tensor.of(bias.type(), values);
    }
  }
}
