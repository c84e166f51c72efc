package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Matrix product of 8-bit integers as they are stored, with a product of its own.
 *
 * <pre>{@code
 * y[..,i,j] = sum_k product(a[..,i,k], b[k,j])
 *     a: [..,m,k] and b: [k,n], each of INT8 or UINT8      y: [..,m,n] of INT32, sums modulo 2^32
 * }</pre>
 *
 * Zero points are no part of it, as in {@link IntegerConv}.
 */
public record IntegerMatMul(Product product) implements Flat {

  /** Whether all operands are of 8-bit integers. */
  static boolean areBytes(List<TensorType> operands) {
    return operands.stream()
        .allMatch(t -> t.element() == ElementType.INT8 || t.element() == ElementType.UINT8);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && areBytes(operands)
            && operands.get(0).shape().rank() >= 2
            && operands.get(1).shape().rank() == 2
            && operands.get(0).shape().dim(-1) == operands.get(1).shape().dim(0),
        this,
        "a: [..,m,k] and b: [k,n], each of int8 or uint8",
        operands);
    Shape a = operands.get(0).shape();
    return new TensorType(ElementType.INT32, a.with(a.rank() - 1, operands.get(1).shape().dim(1)));
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
      int sum = 0;
      for (int k = 0; k < depth; k++) {
        sum += product.of(a[at / n * depth + k], b[k * n + at % n]);
      }
      y[at] = sum;
    }
    return Tensor.of(type, y);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return new Cost((long) infer(operands).shape().size() * operands.getFirst().shape().dim(-1), 0);
  }
}
