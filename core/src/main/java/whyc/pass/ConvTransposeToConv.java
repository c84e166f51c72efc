package whyc.pass;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Gather;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A transposed convolution of stride 1 is a convolution with the weight turned by 180 degrees and
 * its channels exchanged; runtimes have much faster kernels for the latter. Not applied to larger
 * strides, whose plain form multiplies by inserted zeros, nor where padding exceeds the window's
 * reach.
 */
public final class ConvTransposeToConv extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    if (!(op instanceof ConvTranspose c)) {
      return Optional.empty();
    }
    Window w = c.window();
    int reachY = w.dilationY() * (w.height() - 1);
    int reachX = w.dilationX() * (w.width() - 1);
    boolean fits =
        w.top() <= reachY
            && w.left() <= reachX
            && w.bottom() - c.extraHeight() <= reachY
            && w.right() - c.extraWidth() <= reachX;
    if (w.strideY() != 1 || w.strideX() != 1 || !fits) {
      return Optional.empty();
    }
    Window turned =
        w.padded(
            reachY - w.top(),
            reachX - w.left(),
            reachY - w.bottom() + c.extraHeight(),
            reachX - w.right() + c.extraWidth());
    Value weight = exchangeChannels(b, operands.get(1), c.groups());
    weight = reverse(b, reverse(b, weight, 2), 3);
    return Optional.of(b.emit(new Conv(turned, c.groups()), operands.get(0), weight));
  }

  private static Value exchangeChannels(Builder b, Value weight, int groups) {
    Shape s = b.shape(weight);
    if (groups == 1) {
      return b.transpose(weight, 1, 0, 2, 3);
    }
    if (s.dim(0) == groups && s.dim(1) == 1) {
      return weight;
    }
    Value grouped = b.reshape(weight, groups, s.dim(0) / groups, s.dim(1), s.dim(2), s.dim(3));
    return b.reshape(
        b.transpose(grouped, 0, 2, 1, 3, 4),
        groups * s.dim(1),
        s.dim(0) / groups,
        s.dim(2),
        s.dim(3));
  }

  /**
   * Reverses an axis by picking its places backwards, which even the oldest operator set can say.
   */
  static Value reverse(Builder b, Value x, int axis) {
    int extent = b.shape(x).dim(axis);
    if (extent == 1) {
      return x;
    }
    long[] backwards = IntStream.range(0, extent).mapToLong(i -> extent - 1 - i).toArray();
    return b.emit(new Gather(axis), x, b.constant(Tensor.of(Shape.of(extent), backwards)));
  }
}
