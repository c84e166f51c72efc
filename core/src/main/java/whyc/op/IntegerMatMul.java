package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Matrix product of small integers as they are stored, with a product of its own.
 *
 * <pre>{@code
 * y[..,i,j] = sum_k product(a[..,i,k], b[k,j])      a: [..,m,k]   b: [k,n]   y: [..,m,n]
 *     a and b of INT8 or UINT8: y of INT32, sums modulo 2^32
 *     one of them of INT16, the product exact: y of INT64
 * }</pre>
 *
 * Products of bytes are below 2^16, so sums of up to 2^15 fit 32 bits whatever is multiplied.
 * Products with INT16 are not so small; in 64 bits their sums cannot overflow.
 *
 * <p>Zero points are no part of it, as in {@link IntegerConv}.
 */
public record IntegerMatMul(Product product) implements Flat {

  /** Whether all operands are of integers that a product takes: tables know bytes alone. */
  static boolean areFactors(List<TensorType> operands, Product product) {
    return operands.size() == 2
        && operands.stream()
            .allMatch(t -> isByte(t) || (isExact(product) && t.element() == ElementType.INT16));
  }

  private static boolean isExact(Product product) {
    return product instanceof Product.Exact;
  }

  private static boolean isByte(TensorType t) {
    return t.element() == ElementType.INT8 || t.element() == ElementType.UINT8;
  }

  /** What {@link #areFactors} takes, in words. */
  static String factors(Product product) {
    return isExact(product) ? "int8, uint8 or int16" : "int8 or uint8";
  }

  /** The type of sums of products. */
  static ElementType sums(List<TensorType> operands) {
    return operands.stream().allMatch(IntegerMatMul::isByte)
        ? ElementType.INT32
        : ElementType.INT64;
  }

  /** Sums as they are stored: modulo 2^32 in 32 bits. */
  static Tensor stored(TensorType type, long[] sums) {
    if (type.element() == ElementType.INT32) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = (int) sums[i];
      }
    }
    return Tensor.of(type, sums);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        areFactors(operands, product)
            && operands.get(0).shape().rank() >= 2
            && operands.get(1).shape().rank() == 2
            && operands.get(0).shape().dim(-1) == operands.get(1).shape().dim(0),
        this,
        "a: [..,m,k] and b: [k,n], each of " + factors(product),
        operands);
    Shape a = operands.get(0).shape();
    return new TensorType(sums(operands), a.with(a.rank() - 1, operands.get(1).shape().dim(1)));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    int depth = operands.get(1).shape().dim(0);
    int n = operands.get(1).shape().dim(1);
    int[] a = operands.get(0).ints();
    int[] b = operands.get(1).ints();
    long[] y = new long[type.shape().size()];
    for (int at = 0; at < y.length; at++) {
      long sum = 0;
      for (int k = 0; k < depth; k++) {
        sum += product.of(a[at / n * depth + k], b[k * n + at % n]);
      }
      y[at] = sum;
    }
    return stored(type, y);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return new Cost((long) infer(operands).shape().size() * operands.getFirst().shape().dim(-1), 0);
  }
}
