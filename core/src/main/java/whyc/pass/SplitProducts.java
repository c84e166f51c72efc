package whyc.pass;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.op.Gather;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.Value;
import whyc.op.route.Route;
import whyc.op.route.Term;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Approximate products of few terms as sums of exact products of remapped operands.
 *
 * <pre>{@code
 * product(x, w) = sum_r left_r(x) * right_r(w)          left_r: a table of 256, read at the code of x
 * }</pre>
 *
 * A negative code counts from the table's end, which is where its bits stand. Applies where all
 * factors are signed bytes and padding stays without effect; a mask alone is better served by
 * {@link MaskOperands}.
 */
public final class SplitProducts extends Rewriting {
  /** More convolutions than this nobody wants in the place of one. */
  private static final int MOST_TERMS = 8;

  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    return switch (op) {
      case IntegerConv c when c.padding() == 0 ->
          terms(b, c.product(), operands)
              .map(terms -> sum(b, terms, operands, c.with(Product.exact())));
      case IntegerConvTranspose c ->
          terms(b, c.product(), operands)
              .map(terms -> sum(b, terms, operands, c.with(Product.exact())));
      case IntegerMatMul m ->
          terms(b, m.product(), operands)
              .map(terms -> sum(b, terms, operands, new IntegerMatMul(Product.exact())));
      default -> Optional.empty();
    };
  }

  private static Optional<List<Term>> terms(Builder b, Product product, List<Value> operands) {
    boolean isApproximate = !(product instanceof Product.Exact);
    boolean left = b.type(operands.get(0)).element() == ElementType.INT8;
    boolean right = b.type(operands.get(1)).element() == ElementType.INT8;
    return isApproximate
            && left
            && b.constant(operands.get(1)).isPresent()
            && Route.of(product, left, right, MOST_TERMS) instanceof Route.LowRank r
        ? Optional.of(r.terms().stream().map(SplitProducts::balanced).toList())
            .filter(terms -> terms.stream().allMatch(SplitProducts::isOfBytes))
        : Optional.empty();
  }

  /** The same products with factors of two where there is room for them. */
  private static Term balanced(Term t) {
    int[] left = t.left().clone();
    int[] right = t.right().clone();
    while (!areBytes(right) && IntStream.of(right).allMatch(v -> v % 2 == 0)) {
      for (int code = 0; code < left.length; code++) {
        left[code] *= 2;
        right[code] /= 2;
      }
    }
    return new Term(left, right);
  }

  private static boolean isOfBytes(Term t) {
    return t.left()[0] == 0 && areBytes(t.left()) && areBytes(t.right());
  }

  private static boolean areBytes(int[] factors) {
    return IntStream.of(factors).allMatch(v -> v >= Byte.MIN_VALUE && v <= Byte.MAX_VALUE);
  }

  private static Value sum(Builder b, List<Term> terms, List<Value> operands, Primitive exact) {
    Value index = b.cast(operands.get(0), ElementType.INT64);
    Tensor weight = b.constant(operands.get(1)).orElseThrow();
    return terms.stream()
        .map(t -> b.emit(exact, List.of(left(b, t, index), b.constant(right(t, weight)))))
        .reduce(b::add)
        .orElseThrow();
  }

  private static Value left(Builder b, Term t, Value index) {
    double[] table = IntStream.of(t.left()).asDoubleStream().toArray();
    Shape codes = Shape.of(Product.CODES);
    return b.emit(
        new Gather(0),
        List.of(b.constant(Tensor.of(new TensorType(ElementType.INT8, codes), table)), index));
  }

  private static Tensor right(Term t, Tensor weight) {
    double[] values =
        IntStream.of(weight.ints()).mapToDouble(w -> t.right()[w & (Product.CODES - 1)]).toArray();
    return Tensor.of(weight.type().with(ElementType.INT8), values);
  }
}
