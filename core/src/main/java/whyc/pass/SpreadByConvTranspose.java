package whyc.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.ConvTranspose;
import whyc.op.Mul;
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
 * Two of them, one behind the other, become one. So does what fills windows side by side with
 * multiples of one value, as the derivative of an average pool does:
 *
 * <pre>{@code
 * reshape(reshape(x, [n,c,h,1,w,1]) * k, [n,c,h*s,w*t])     x: [n,c,h,w]   k: [1,1,1,s,1,t]
 *   = ConvTranspose(x, k in each channel, stride (s,t))
 * }</pre>
 *
 * For targets whose images have a layout of their own, in which five axes are foreign. Applied to
 * known extents and to 32-bit floats alone, with zeros for padding. An infinite value stays as it
 * is, since nothing but 1 is multiplied with it.
 */
public final class SpreadByConvTranspose extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    if (!isReshaping(op)) {
      return Optional.empty();
    }
    Node inner = b.node(operands.getFirst());
    Shape to = op.infer(operands.stream().map(b::type).toList()).shape();
    return switch (inner.op()) {
      case Pad pad -> spread(b, inner, pad, to);
      case Mul _ -> repeated(b, inner, to);
      default -> Optional.empty();
    };
  }

  /** What a line only gives another shape. */
  private static Optional<Value> reshaped(Builder b, Value v) {
    Node n = b.node(v);
    return n.op() instanceof Primitive p && isReshaping(p)
        ? Optional.of(n.operands().getFirst())
            .filter(x -> b.shape(x).rank() == 4 && b.type(x).element() == ElementType.FLOAT32)
        : Optional.empty();
  }

  private static Optional<Value> spread(Builder b, Node padded, Pad pad, Shape to) {
    Value split = padded.operands().getFirst();
    Optional<Value> operand = reshaped(b, split);
    if (operand.isEmpty() || pad.value() != 0 || pad.before().size() != 5) {
      return Optional.empty();
    }
    Value x = operand.get();
    Shape from = b.shape(x);
    for (int axis = 2; axis < 4; axis++) {
      int gap = pad.after().get(axis + 1);
      List<Integer> unsqueezed = new ArrayList<>(from.dims());
      unsqueezed.add(axis + 1, 1);
      if (gap > 0
          && b.shape(split).dims().equals(unsqueezed)
          && pad.equals(Pad.after(5, axis + 1, gap))
          && to.equals(from.with(axis, from.dim(axis) * (gap + 1)))) {
        return Optional.of(spread(b, x, axis == 2 ? gap + 1 : 1, axis == 3 ? gap + 1 : 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<Value> repeated(Builder b, Node product, Shape to) {
    int known = b.isKnown(product.operands().get(1)) ? 1 : 0;
    Value factors = product.operands().get(known);
    Value split = product.operands().get(1 - known);
    Optional<Value> operand = reshaped(b, split);
    if (operand.isEmpty() || !b.isKnown(factors) || b.shape(factors).rank() != 6) {
      return Optional.empty();
    }
    Value x = operand.get();
    Shape from = b.shape(x);
    int height = b.shape(factors).dim(3);
    int width = b.shape(factors).dim(5);
    boolean repeats =
        b.shape(factors).dims().equals(List.of(1, 1, 1, height, 1, width))
            && b.shape(split)
                .dims()
                .equals(List.of(from.dim(0), from.dim(1), from.dim(2), 1, from.dim(3), 1))
            && to.equals(from.with(2, from.dim(2) * height).with(3, from.dim(3) * width));
    if (!repeats) {
      return Optional.empty();
    }
    int channels = from.dim(1);
    Value one = b.reshape(factors, 1, 1, height, width);
    Value weight = b.concat(0, Collections.nCopies(channels, one));
    Window window = Window.of(height, width, 1).withStrides(height, width);
    return Optional.of(b.emit(new ConvTranspose(window, channels, 0, 0), x, weight));
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
