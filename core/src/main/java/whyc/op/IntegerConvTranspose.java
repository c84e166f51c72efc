package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Transposed convolution of integers as they are stored, with a product of its own: the backward
 * pass of an {@link IntegerConv} of the same window, on the same weight.
 *
 * <pre>{@code
 * y[n, group(o)*C/G + c, i*sy + u*dy - top, j*sx + v*dx - left] += product(x[n,o,i,j], w[o,c,u,v])
 *     x: [n,O,h',w']   w: [O,C/G,kh,kw]   y: [n,C,h,w], of the types that IntegerConv has
 * }</pre>
 *
 * Nothing is padded, so there is no code for padding: taps without a place add nothing.
 *
 * @param extraHeight as for {@link ConvTranspose}
 */
public record IntegerConvTranspose(
    Window window, int groups, int extraHeight, int extraWidth, Product product) implements Flat {

  /** The same of another product. */
  public IntegerConvTranspose with(Product other) {
    return new IntegerConvTranspose(window, groups, extraHeight, extraWidth, other);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        IntegerMatMul.areFactors(operands, product)
            && operands.get(0).shape().rank() == 4
            && operands.get(1).shape().rank() == 4,
        this,
        "x: [n,o,h,w] and w: [o,c/groups,kh,kw], each of " + IntegerMatMul.factors(product),
        operands);
    Shape shape = transposed().result(this, operands);
    return new TensorType(IntegerMatMul.sums(operands), shape);
  }

  /** The same convolution of real numbers. */
  public ConvTranspose transposed() {
    return new ConvTranspose(window, groups, extraHeight, extraWidth);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    Shape in = operands.get(0).shape();
    Shape out = type.shape();
    int[] x = operands.get(0).ints();
    int[] w = operands.get(1).ints();
    int perGroup = out.dim(1) / groups;
    int inputsPerGroup = in.dim(1) / groups;
    long[] y = new long[out.size()];
    for (int at = 0; at < x.length; at++) {
      int j = at % in.dim(3);
      int i = at / in.dim(3) % in.dim(2);
      int o = at / in.product(2, 4) % in.dim(1);
      int n = at / in.product(1, 4);
      for (int c = 0; c < perGroup; c++) {
        int plane = (n * out.dim(1) + o / inputsPerGroup * perGroup + c) * out.product(2, 4);
        int taps = (o * perGroup + c) * window.area();
        for (int tap = 0; tap < window.area(); tap++) {
          int row = i * window.strideY() + tap / window.width() * window.dilationY() - window.top();
          int column =
              j * window.strideX() + tap % window.width() * window.dilationX() - window.left();
          if (row >= 0 && row < out.dim(2) && column >= 0 && column < out.dim(3)) {
            y[plane + row * out.dim(3) + column] += product.of(x[at], w[taps + tap]);
          }
        }
      }
    }
    return IntegerMatMul.stored(type, y);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return transposed().cost(operands);
  }
}
