package whyc.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.ConvTranspose;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Squeeze;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Rows or columns of an image spread out with zeros between them, as the derivative of a slice of
 * every second one does it, become one transposed convolution by a weight of 1 in each channel.
 *
 * <pre>{@code
 * reshape(pad(reshape(x, [n,c,h,1,w]), s-1 behind axis 3), [n,c,h*s,w])     x: [n,c,h,w]
 *   = ConvTranspose(x, ones [c,1,1,1], stride (s,1), extra height s-1)
 * }</pre>
 *
 * Two of them, one behind the other, become one. For targets whose images have a layout of their
 * own, in which five axes are foreign. Applied to known extents and to 32-bit floats alone, with
 * zeros for padding. An infinite value stays as it is, since nothing but 1 is multiplied with it.
 */
public final class SpreadByConvTranspose extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    if (!isReshaping(op)
        || !(b.node(operands.getFirst()).op() instanceof Pad pad)
        || pad.before().size() != 5
        || pad.value() != 0) {
      return Optional.empty();
    }
    Value padded = operands.getFirst();
    Node split = b.node(b.node(padded).operands().getFirst());
    if (!(split.op() instanceof Primitive p) || !isReshaping(p)) {
      return Optional.empty();
    }
    Value x = split.operands().getFirst();
    Shape from = b.shape(x);
    Shape to = op.infer(operands.stream().map(b::type).toList()).shape();
    if (from.rank() != 4 || to.rank() != 4 || b.type(x).element() != ElementType.FLOAT32) {
      return Optional.empty();
    }
    for (int axis = 2; axis < 4; axis++) {
      int gap = pad.after().get(axis + 1);
      List<Integer> unsqueezed = new ArrayList<>(from.dims());
      unsqueezed.add(axis + 1, 1);
      if (gap > 0
          && split.type().shape().dims().equals(unsqueezed)
          && pad.equals(Pad.after(5, axis + 1, gap))
          && to.equals(from.with(axis, from.dim(axis) * (gap + 1)))) {
        return Optional.of(spread(b, x, axis == 2 ? gap + 1 : 1, axis == 3 ? gap + 1 : 1));
      }
    }
    return Optional.empty();
  }

  private static boolean isReshaping(Primitive op) {
    return switch (op) {
      case Reshape _, ReshapeAs _, Squeeze _, Unsqueeze _ -> true;
      default -> false;
    };
  }

  private static Value spread(Builder b, Value x, int strideY, int strideX) {
    Node n = b.node(x);
    if (n.op() instanceof ConvTranspose inner && isSpread(b, n, inner)) {
      Window w = inner.window();
      return spread(b, n.operands().getFirst(), strideY * w.strideY(), strideX * w.strideX());
    }
    int channels = b.shape(x).dim(1);
    Value ones = b.constant(Tensor.filled(b.type(x).with(Shape.of(channels, 1, 1, 1)), 1));
    Window window = Window.of(1, 1, 1).withStrides(strideY, strideX);
    return b.emit(new ConvTranspose(window, channels, strideY - 1, strideX - 1), x, ones);
  }

  private static boolean isSpread(Builder b, Node n, ConvTranspose c) {
    Window w = c.window();
    return c.equals(
            new ConvTranspose(
                Window.of(1, 1, 1).withStrides(w.strideY(), w.strideX()),
                n.type().shape().dim(1),
                w.strideY() - 1,
                w.strideX() - 1))
        && b.constant(n.operands().get(1))
            .filter(ones -> Arrays.stream(ones.doubles()).allMatch(v -> v == 1))
            .isPresent();
  }
}
