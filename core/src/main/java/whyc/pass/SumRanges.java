package whyc.pass;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.Op;
import whyc.op.Product;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How large sums of products with known weights can become, parts of the sums included: the result
 * of {@link IntegerConv}, {@link IntegerConvTranspose} or {@link whyc.op.IntegerMatMul}.
 */
final class SumRanges {
  /** What products of a table with a weight can be: many lines have the same. */
  private final Map<Factor, Interval> products = new HashMap<>();

  private record Factor(Product product, ElementType element, int weight) {}

  /** Sums of exact products with numbers of a range, 0 among them. */
  static Interval exact(Op op, Interval x, Tensor weight) {
    double[] w = weight.doubles();
    int[] outputs = outputs(op, weight.shape());
    int count = IntStream.of(outputs).max().orElseThrow() + 1;
    double[] low = new double[count];
    double[] high = new double[count];
    for (int i = 0; i < w.length; i++) {
      low[outputs[i]] += Math.min(w[i] * x.low(), w[i] * x.high());
      high[outputs[i]] += Math.max(w[i] * x.low(), w[i] * x.high());
    }
    return new Interval(
        Arrays.stream(low).min().orElseThrow(), Arrays.stream(high).max().orElseThrow());
  }

  /**
   * Sums of products that a table states, with any code of a type.
   *
   * @param padding the code that stands where a window reaches beyond the image
   */
  Interval ofTable(Op op, Product product, ElementType codes, int padding, Tensor weight) {
    int[] w = weight.ints();
    int[] outputs = outputs(op, weight.shape());
    Interval[] sums = new Interval[IntStream.of(outputs).max().orElseThrow() + 1];
    Arrays.fill(sums, new Interval(0, 0));
    for (int i = 0; i < w.length; i++) {
      Interval one =
          products
              .computeIfAbsent(new Factor(product, codes, w[i]), SumRanges::products)
              .with(product.of(padding, w[i]));
      sums[outputs[i]] = sums[outputs[i]].plus(one);
    }
    return Arrays.stream(sums).reduce(Interval::union).orElseThrow();
  }

  private static Interval products(Factor f) {
    double[] all =
        IntStream.rangeClosed((int) f.element.min(), (int) f.element.max())
            .mapToDouble(code -> f.product.of(code, f.weight))
            .toArray();
    return new Interval(
        Arrays.stream(all).min().orElseThrow(), Arrays.stream(all).max().orElseThrow());
  }

  /** The output channel, or column, that each number of a weight counts for. */
  private static int[] outputs(Op op, Shape w) {
    int inner = w.product(1, w.rank());
    return IntStream.range(0, w.size())
        .map(i ->
            switch (op) {
              case IntegerConv c -> i / inner;
              case IntegerConvTranspose c ->
                  i / inner / (w.dim(0) / c.groups()) * w.dim(1) + i % inner / w.product(2, 4);
              default -> i % w.dim(1);
            })
        .toArray();
  }
}
