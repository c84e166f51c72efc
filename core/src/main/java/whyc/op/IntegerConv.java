package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Convolution of small integers as they are stored, with a product of its own.
 *
 * <pre>{@code
 * y[n,o,i,j] = sum_{c,u,v} product(x[n, group(o)*C/G + c, i*sy + u*dy - top, j*sx + v*dx - left],
 *                                  w[o,c,u,v])
 *     x: [n,C,h,w], padded with `padding`      w: [O,C/G,kh,kw]      y: [n,O,h',w']
 *     x and w of INT8 or UINT8: y of INT32, sums modulo 2^32
 *     one of them of INT16, the product exact: y of INT64, see IntegerMatMul
 * }</pre>
 *
 * Zero points are no part of it: what they add to the sum is a matter of exact lines around. The
 * padding is the zero point of {@code x} where the image is padded with real zeros.
 */
public record IntegerConv(Window window, int groups, int padding, Product product) implements Flat {
  /** The same of another product. */
  public IntegerConv with(Product other) {
    return new IntegerConv(window, groups, padding, other);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        IntegerMatMul.areFactors(operands, product)
            && operands.get(0).shape().rank() == 4
            && operands.get(1).shape().rank() == 4,
        this,
        "x: [n,c,h,w] and w: [o,c/groups,kh,kw], each of " + IntegerMatMul.factors(product),
        operands);
    ElementType element = operands.get(0).element();
    Refuse.unless(
        padding >= element.min() && padding <= element.max(),
        this,
        "a padding that x can hold, not " + padding,
        operands);
    return new TensorType(
        IntegerMatMul.sums(operands), Conv.result(this, window, groups, operands));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    Shape in = operands.get(0).shape();
    Shape out = type.shape();
    int[] x = operands.get(0).ints();
    int[] w = operands.get(1).ints();
    int perGroup = operands.get(1).shape().dim(1);
    int outputsPerGroup = out.dim(1) / groups;
    long[] y = new long[out.size()];
    for (int at = 0; at < y.length; at++) {
      int j = at % out.dim(3);
      int i = at / out.dim(3) % out.dim(2);
      int o = at / out.product(2, 4) % out.dim(1);
      int n = at / out.product(1, 4);
      long sum = 0;
      for (int c = 0; c < perGroup; c++) {
        int plane = (n * in.dim(1) + o / outputsPerGroup * perGroup + c) * in.product(2, 4);
        int taps = (o * perGroup + c) * window.area();
        for (int tap = 0; tap < window.area(); tap++) {
          int row = i * window.strideY() + tap / window.width() * window.dilationY() - window.top();
          int column =
              j * window.strideX() + tap % window.width() * window.dilationX() - window.left();
          boolean inside = row >= 0 && row < in.dim(2) && column >= 0 && column < in.dim(3);
          int value = inside ? x[plane + row * in.dim(3) + column] : padding;
          sum += product.of(value, w[taps + tap]);
        }
      }
      y[at] = sum;
    }
    return IntegerMatMul.stored(type, y);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    Shape weight = operands.get(1).shape();
    return new Cost((long) infer(operands).shape().size() * weight.dim(1) * window.area(), 0);
  }
}
