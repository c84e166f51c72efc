package whyc.pass;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.Requantize;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Transposed convolutions with approximate products as convolutions of the same products, for which
 * there are kernels.
 *
 * <pre>{@code
 * y[n,c,i,j] = sum_{o,u,v} product(s[n,o,i+u-..,j+v-..], w[o,c,kh-1-u,kw-1-v])
 *     s: x with stride - 1 zeros between its rows and between its columns
 * }</pre>
 *
 * Applies where the weight is known and the product of zero and each of its codes is zero: zeros
 * then add nothing, as what has no place does. Exact products are left alone; floats have kernels
 * for them.
 */
public final class TurnIntegerConvs extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    return op instanceof IntegerConvTranspose c && c.product() instanceof Product.Table
        ? b.constant(operands.get(1))
            .filter(w -> fits(c.window(), c) && keepsZeros(c.product(), w))
            .map(w -> turned(b, c, operands.getFirst(), w))
        : Optional.empty();
  }

  private static boolean keepsZeros(Product product, Tensor weight) {
    return IntStream.of(weight.ints()).distinct().allMatch(w -> product.of(0, w) == 0);
  }

  /** Whether padding stays within the window's reach. */
  private static boolean fits(Window w, IntegerConvTranspose c) {
    return w.top() <= reachY(w)
        && w.left() <= reachX(w)
        && w.bottom() - c.extraHeight() <= reachY(w)
        && w.right() - c.extraWidth() <= reachX(w);
  }

  private static int reachY(Window w) {
    return w.dilationY() * (w.height() - 1);
  }

  private static int reachX(Window w) {
    return w.dilationX() * (w.width() - 1);
  }

  private static Value turned(Builder b, IntegerConvTranspose c, Value x, Tensor weight) {
    Window w = c.window();
    Window turned =
        new Window(
            w.height(),
            w.width(),
            1,
            1,
            reachY(w) - w.top(),
            reachX(w) - w.left(),
            reachY(w) - w.bottom() + c.extraHeight(),
            reachX(w) - w.right() + c.extraWidth(),
            w.dilationY(),
            w.dilationX());
    return b.emit(
        new IntegerConv(turned, c.groups(), 0, c.product()),
        spread(b, x, w),
        b.constant(turned(weight, c.groups())));
  }

  /** With zeros between rows and columns. */
  private static Value spread(Builder b, Value x, Window w) {
    if (w.strideY() == 1 && w.strideX() == 1) {
      return x;
    }
    int channels = b.shape(x).dim(1);
    Window step = new Window(1, 1, w.strideY(), w.strideX(), 0, 0, 0, 0, 1, 1);
    TensorType ones = new TensorType(ElementType.INT8, Shape.of(channels, 1, 1, 1));
    Value sums =
        b.emit(
            new IntegerConvTranspose(step, channels, 0, 0, Product.exact()),
            x,
            b.constant(Tensor.filled(ones, 1)));
    Tensor one = Tensor.filled(new TensorType(ElementType.INT32, Shape.of(1)), 1);
    return b.emit(new Requantize(b.type(x).element(), 0), sums, b.constant(one));
  }

  /** [O,C/G,kh,kw] as [C,O/G,kh,kw], its taps backwards. */
  private static Tensor turned(Tensor weight, int groups) {
    Shape s = weight.shape();
    int inputs = s.dim(0) / groups;
    int outputs = s.dim(1);
    int taps = s.product(2, 4);
    byte[] from = weight.bytes();
    byte[] to = new byte[from.length];
    for (int o = 0; o < s.dim(0); o++) {
      for (int c = 0; c < outputs; c++) {
        int row = (o / inputs * outputs + c) * inputs + o % inputs;
        for (int tap = 0; tap < taps; tap++) {
          to[row * taps + tap] = from[(o * outputs + c) * taps + taps - 1 - tap];
        }
      }
    }
    Shape shape = Shape.of(outputs * groups, inputs, s.dim(2), s.dim(3));
    return Tensor.ofBytes(weight.element(), shape, to);
  }
}
