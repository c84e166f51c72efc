package whyc.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.MaxPool;
import whyc.op.Mul;
import whyc.op.Pad;
import whyc.op.Product;
import whyc.op.QuantizeLinear;
import whyc.op.ReduceSum;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.Slice;
import whyc.op.Squeeze;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * Which lines of a graph of bytes have a form in ONNX's quantised operators, and which of them are
 * one operator together.
 */
final class QuantizedForms {
  private final Graph g;
  private final int[] uses;

  QuantizedForms(Graph g) {
    this.g = g;
    this.uses = new int[g.nodes().size()];
    g.nodes().forEach(n -> n.operands().forEach(v -> uses[v.index()]++));
    g.outputs().values().forEach(v -> uses[v.index()]++);
  }

  /** Whether every line has one. */
  boolean areThere() {
    return g.nodes().stream().allMatch(this::isThere);
  }

  private boolean isThere(Node n) {
    return switch (n.op()) {
      case QuantizeLinear q -> n.type().element().bytes() == 1 && isKnown(n, 1) && isKnown(n, 2);
      case IntegerConv c -> isExact(c.product()) && areBytes(n) && isKnown(n, 1);
      case IntegerMatMul m -> isExact(m.product()) && areBytes(n) && isKnown(n, 1);
      case Requantize r -> isKnown(n, 1) && (r.isSingle() || r.isDouble());
      case Cast c -> isNumber(c.element());
      case Add a -> !isBytes(n.type().element());
      case Mul m -> !isBytes(n.type().element());
      case Input x -> true;
      case Constant x -> true;
      case ArgMax x -> true;
      case Clip x -> true;
      case Concat x -> true;
      case Gather x -> n.type().element() != ElementType.INT16;
      case GatherElements x -> true;
      case MaxPool x -> true;
      case Pad x -> true;
      case ReduceSum x -> true;
      case Relu x -> true;
      case Reshape x -> true;
      case Slice x -> true;
      case Squeeze x -> true;
      case SumPool x -> true;
      case Transpose x -> true;
      case Unsqueeze x -> true;
      default ->
          n.operands().stream().allMatch(v -> g.type(v).element() == ElementType.FLOAT32)
              && n.type().element() == ElementType.FLOAT32;
    };
  }

  /** Whether codes are written as such numbers: to add, to pick by, to hand out. */
  private static boolean isNumber(ElementType e) {
    return e == ElementType.INT32 || e == ElementType.INT64 || e == ElementType.FLOAT32;
  }

  private static boolean isExact(Product p) {
    return p instanceof Product.Exact;
  }

  private boolean areBytes(Node n) {
    return n.operands().stream().allMatch(v -> isBytes(g.type(v).element()));
  }

  static boolean isBytes(ElementType e) {
    return e == ElementType.INT8 || e == ElementType.UINT8;
  }

  private boolean isKnown(Node n, int operand) {
    return g.node(n.operands().get(operand)).op() instanceof Constant;
  }

  Tensor known(Node n, int operand) {
    return ((Constant) g.node(n.operands().get(operand)).op()).value();
  }

  /** Lines that are written with the one that reads them. */
  Set<Value> absorbed() {
    Set<Value> absorbed = new HashSet<>();
    for (Node n : g.nodes()) {
      convolution(n).ifPresent(c -> absorbed.addAll(c.lines));
      sum(n).ifPresent(s -> absorbed.addAll(s.lines));
    }
    return absorbed;
  }

  /** A convolution, its bias, and the requantisation. */
  record Convolution(Node conv, Optional<Tensor> bias, List<Value> lines) {}

  /** What a requantisation ends, if it is that of a convolution. */
  Optional<Convolution> convolution(Node n) {
    if (!(n.op() instanceof Requantize r) || !isBytes(r.element()) || !r.isSingle()) {
      return Optional.empty();
    }
    Value sums = n.operands().getFirst();
    Node line = g.node(sums);
    if (line.op() instanceof IntegerConv && isUsedOnce(sums)) {
      return Optional.of(new Convolution(line, Optional.empty(), List.of(sums)));
    }
    boolean isBias = line.op() instanceof Add && isKnown(line, 1) && isUsedOnce(sums);
    Value products = isBias ? line.operands().getFirst() : sums;
    return isBias && g.node(products).op() instanceof IntegerConv && isUsedOnce(products)
        ? Optional.of(
            new Convolution(g.node(products), Optional.of(known(line, 1)), List.of(sums, products)))
        : Optional.empty();
  }

  private boolean isUsedOnce(Value v) {
    return uses[v.index()] == 1;
  }

  /** Two values of bytes, moved to one exponent, added and requantised. */
  record Sum(Term left, Term right, List<Value> lines) {}

  /** {@code factor * codes}. */
  record Term(Value codes, double factor, List<Value> lines) {}

  /** What a requantisation ends, if it is that of a sum of bytes. */
  Optional<Sum> sum(Node n) {
    if (!(n.op() instanceof Requantize r)
        || !isBytes(r.element())
        || !r.isSingle()
        || !isKnown(n, 1)
        || known(n, 1).size() != 1) {
      return Optional.empty();
    }
    Value sum = n.operands().getFirst();
    if (!(g.node(sum).op() instanceof Add) || !isUsedOnce(sum)) {
      return Optional.empty();
    }
    double factor = Math.scalb(known(n, 1).at(0), -r.shift());
    return term(g.node(sum).operands().get(0), factor)
        .flatMap(a ->
            term(g.node(sum).operands().get(1), factor)
                .map(b -> {
                  List<Value> all = new ArrayList<>(List.of(sum));
                  all.addAll(a.lines);
                  all.addAll(b.lines);
                  return new Sum(a, b, all);
                }));
  }

  private Optional<Term> term(Value v, double factor) {
    Node n = g.node(v);
    if (n.op() instanceof Mul && isKnown(n, 1) && known(n, 1).size() == 1) {
      return term(n.operands().getFirst(), factor * known(n, 1).at(0))
          .map(t -> {
            List<Value> all = new ArrayList<>(t.lines);
            if (isUsedOnce(v)) {
              all.add(v);
            }
            return new Term(t.codes, t.factor, all);
          })
          .filter(t -> isUsedOnce(v));
    }
    return n.op() instanceof Cast && areBytes(n) && isPowerOfTwo(factor)
        ? Optional.of(
            new Term(n.operands().getFirst(), factor, isUsedOnce(v) ? List.of(v) : List.of()))
        : Optional.empty();
  }

  private static boolean isPowerOfTwo(double x) {
    return x > 0 && x == Math.scalb(1.0, Math.getExponent(x));
  }
}
