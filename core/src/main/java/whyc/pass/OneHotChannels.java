package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.op.ConvTranspose;
import whyc.op.GatherElements;
import whyc.op.Mul;
import whyc.op.OneHot;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * Identities for a cotangent that is one-hot over the channels, as it leaves the average over a map
 * of class scores: all but one channel of it are 0, and what is made of it costs one channel, too.
 * It is held as a product of the one-hot column [n,k,1,1], which stands first, and what stands in
 * the one channel. Part of {@link Simplify}.
 */
final class OneHotChannels {
  private OneHotChannels() {}

  /** The class of a one-hot column [n,k,1,1], if a value is one. */
  private static Optional<Value> selection(Builder b, Value column) {
    return Simplify.producer(b, column, Unsqueeze.class)
        .filter(
            n -> b.shape(column).rank() == 4 && ((Unsqueeze) n.op()).axes().equals(List.of(2, 3)))
        .flatMap(n -> Simplify.producer(b, n.operands().getFirst(), OneHot.class))
        .map(n -> n.operands().getFirst());
  }

  /** A one-hot column and what it multiplies: 1 where it stands alone. */
  private record Selected(Value column, Value index, Value content) {}

  private static Optional<Selected> selected(Builder b, Value x) {
    Optional<Value> alone = selection(b, x);
    if (alone.isPresent()) {
      return Optional.of(new Selected(x, alone.get(), b.scalar(1, x)));
    }
    return Simplify.producer(b, x, Mul.class)
        .flatMap(n ->
            selection(b, n.operands().get(0))
                .filter(i -> isOneChannel(b, n.operands().get(1)))
                .map(i -> new Selected(n.operands().get(0), i, n.operands().get(1))));
  }

  private static boolean isOneChannel(Builder b, Value x) {
    return b.shape(x).rank() == 0 || (b.shape(x).rank() == 4 && b.shape(x).dim(1) == 1);
  }

  /** {@code (column * x) * y = column * (x * y)} for y of one channel; the column stands first. */
  static Optional<Value> selectionFirst(Builder b, List<Value> x) {
    if (selection(b, x.get(1)).isPresent() && selection(b, x.get(0)).isEmpty()) {
      return Optional.of(b.mul(x.get(1), x.get(0)));
    }
    return Simplify.producer(b, x.get(0), Mul.class)
        .filter(n -> isOneChannel(b, x.get(1)) && selected(b, x.get(0)).isPresent())
        .map(n -> b.mul(n.operands().get(0), b.mul(n.operands().get(1), x.get(1))));
  }

  /** Of the condition only the one channel counts. */
  static Optional<Value> gateOfSelection(Builder b, List<Value> x) {
    Value condition = x.get(0);
    return selected(b, x.get(1))
        .filter(s -> b.shape(condition).rank() == 4)
        .map(s -> {
          Value one = b.slice(condition, 1, 0, 1, 1);
          Value index = b.expandAs(b.unsqueeze(s.index(), 1, 2, 3), one);
          Value channel = b.emit(new GatherElements(1), condition, index);
          return b.mul(s.column(), b.gate(channel, s.content()));
        });
  }

  /** A transposed 1x1 convolution of one channel is a row of its weight times that channel. */
  static Optional<Value> selectedRow(Builder b, ConvTranspose c, List<Value> x) {
    return selected(b, x.get(0))
        .filter(s -> isPointwise(c))
        .map(s ->
            b.mul(b.unsqueeze(b.gather(matrix(b, x.get(1)), s.index(), 0), 2, 3), s.content()));
  }

  private static boolean isPointwise(ConvTranspose c) {
    return c.groups() == 1
        && c.extraHeight() + c.extraWidth() == 0
        && c.window().equals(Window.of(1, 1, 1));
  }

  /** A weight [o,c,1,1] as [o,c]. */
  private static Value matrix(Builder b, Value weight) {
    return b.squeeze(weight, 2, 3);
  }

  /** A 1x1 convolution of a 1x1 image is a matrix product. */
  static Optional<Value> pointwiseOnPoint(Builder b, ConvTranspose c, List<Value> x) {
    Shape image = b.shape(x.get(0));
    return isPointwise(c) && image.dim(2) * image.dim(3) == 1
        ? Optional.of(b.unsqueeze(b.matMul(b.squeeze(x.get(0), 2, 3), matrix(b, x.get(1))), 2, 3))
        : Optional.empty();
  }
}
