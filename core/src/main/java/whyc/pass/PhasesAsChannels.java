package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * A transposed convolution of a stride as a convolution of stride 1 that gives all phases of the
 * result, the places equal modulo the stride, as channels of their own; then these are woven.
 *
 * <pre>{@code
 * y[c, q*s + r] = sum_{o,m} x[o, q + m] * w[o,c, r + top - m*s]        0 <= r < s; w = 0 beyond k
 *     x: [n,o,h,w]   phases: [n,c*sy*sx,ceil(H/sy),ceil(W/sx)]   y: [n,c,H,W]
 * }</pre>
 *
 * A phase has {@code ceil(k / s)} taps. Where that many are too few for all phases at once, as
 * their windows lie by turns, the first phases lie {@code top mod s} before the result and are
 * cropped.
 *
 * <p>The derivative of a first layer has so few channels that a kernel which holds channels in
 * lanes is mostly idle: of 3 channels and stride 2 it makes 12. Applied to strides above 1 where at
 * most {@value #CHANNELS} channels come out, and to known weights. Not applied to groups and
 * dilations, nor where the padding exceeds the window's reach.
 *
 * <p>The sums are the same but for their order, and for the zeros that windows are filled up with.
 */
public final class PhasesAsChannels extends Rewriting {
  /** Lanes of a vector: with more channels than that the plain form fills them, too. */
  private static final int CHANNELS = 16;

  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    if (!(op instanceof ConvTranspose c) || !isNarrow(b, c, operands.get(1))) {
      return Optional.empty();
    }
    Window w = c.window();
    Shape from = b.shape(operands.get(0));
    Shape to = c.infer(operands.stream().map(b::type).toList()).shape();
    Axis rows = Axis.of(w.height(), w.strideY(), w.top(), from.dim(2), to.dim(2));
    Axis columns = Axis.of(w.width(), w.strideX(), w.left(), from.dim(3), to.dim(3));
    return rows.isReached() && columns.isReached()
        ? Optional.of(write(b, operands.get(0), operands.get(1), rows, columns))
        : Optional.empty();
  }

  private static boolean isNarrow(Builder b, ConvTranspose c, Value weight) {
    Window w = c.window();
    int phases = Math.multiplyExact(w.strideY(), w.strideX());
    return c.groups() == 1
        && w.dilationY() == 1
        && w.dilationX() == 1
        && phases > 1
        && (long) phases * b.shape(weight).dim(1) <= CHANNELS
        && b.isKnown(weight);
  }

  /**
   * One axis of the window.
   *
   * @param before padding before the first phases
   * @param cropped places of the first phases that lie before the result
   * @param from extent of what is convolved, {@code to} that of the result
   */
  private record Axis(int extent, int stride, int before, int cropped, int from, int to) {
    static Axis of(int extent, int stride, int before, int from, int to) {
      Axis whole = new Axis(extent, stride, before, 0, from, to);
      int cropped = Math.floorMod(before, stride);
      return whole.taps() == Math.ceilDiv(extent, stride)
          ? whole
          : new Axis(extent, stride, before - cropped, cropped, from, to);
    }

    /** The farthest place after its own that a phase reads. */
    private int reach() {
      return Math.ceilDiv(before, stride);
    }

    int padBefore() {
      return Math.floorDiv(extent - 1 - before, stride);
    }

    int padAfter() {
      return phases() - from + reach();
    }

    boolean isReached() {
      return padBefore() >= 0 && padAfter() >= 0;
    }

    int taps() {
      return padBefore() + 1 + reach();
    }

    /** Places of each phase. */
    int phases() {
      return Math.ceilDiv(cropped + to, stride);
    }

    /** Zeros before a window, so that its taps fall apart into those of the phases. */
    int lead() {
      return reach() * stride - before;
    }

    int trail() {
      return taps() * stride - extent - lead();
    }
  }

  private static Value write(Builder b, Value x, Value weight, Axis rows, Axis columns) {
    Window window =
        Window.of(rows.taps(), columns.taps(), 1)
            .padded(rows.padBefore(), columns.padBefore(), rows.padAfter(), columns.padAfter());
    Value phases = b.emit(new Conv(window, 1), x, phases(b, weight, rows, columns));
    Value woven = weave(b, phases, b.shape(weight).dim(1), rows.stride(), columns.stride());
    return crop(b, crop(b, woven, 2, rows), 3, columns);
  }

  /** [o,c,kh,kw] to [c*sy*sx,o,taps,taps], each window turned by 180 degrees. */
  private static Value phases(Builder b, Value weight, Axis rows, Axis columns) {
    Shape w = b.shape(weight);
    Pad fill =
        new Pad(
            List.of(0, 0, rows.lead(), columns.lead()),
            List.of(0, 0, rows.trail(), columns.trail()),
            0);
    Value split =
        b.reshape(
            b.emit(fill, weight),
            w.dim(0),
            w.dim(1),
            rows.taps(),
            rows.stride(),
            columns.taps(),
            columns.stride());
    Value phases =
        b.reshape(
            b.transpose(split, 1, 3, 5, 0, 2, 4),
            w.dim(1) * rows.stride() * columns.stride(),
            w.dim(0),
            rows.taps(),
            columns.taps());
    return ConvTransposeToConv.reverse(b, ConvTransposeToConv.reverse(b, phases, 2), 3);
  }

  /** [n,c*sy*sx,h,w] to [n,c,h*sy,w*sx]. */
  private static Value weave(Builder b, Value phases, int channels, int strideY, int strideX) {
    int height = b.shape(phases).dim(2);
    int width = b.shape(phases).dim(3);
    Value split = b.reshape(phases, 0, channels, strideY, strideX, height, width);
    return b.reshape(
        b.transpose(split, 0, 1, 4, 2, 5, 3), 0, channels, height * strideY, width * strideX);
  }

  private static Value crop(Builder b, Value x, int axis, Axis of) {
    return b.shape(x).dim(axis) == of.to()
        ? x
        : b.slice(x, axis, of.cropped(), of.cropped() + of.to(), 1);
  }
}
