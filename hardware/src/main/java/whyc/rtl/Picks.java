package whyc.rtl;

import java.util.Optional;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.Slice;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Positions and channels of an image that are picked and moved: what slices and borders of zeros
 * around channels come to, one after the other.
 *
 * <pre>{@code
 * y[place + c, i, j] = x[first + c, i * rowStep, j * columnStep]     0 <= c < count, all else 0
 * }</pre>
 *
 * @param in {@code [1,C,h,w]}, {@code out} likewise; positions are picked from the first on
 * @param first channel of x that is picked, and the {@code place} where it comes to lie
 * @param count of channels that are picked
 */
record Picks(Shape in, Shape out, int first, int place, int count, int rowStep, int columnStep) {

  static Picks of(Shape in) {
    return new Picks(in, in, 0, 0, in.rank() == 4 ? in.dim(1) : 0, 1, 1);
  }

  /** These, and another line after them; absent where it is no such line. */
  Optional<Picks> then(Op op) {
    if (in.rank() != 4) {
      return Optional.empty();
    }
    return switch (op) {
      case Slice s when s.step() > 0 && (s.axis() == 1 || (s.axis() > 1 && s.start() == 0)) ->
          Optional.of(sliced(s));
      case Pad p when isOfChannels(p) -> Optional.of(padded(p));
      default -> Optional.empty();
    };
  }

  private static boolean isOfChannels(Pad p) {
    return p.value() == 0
        && p.before().get(0) + p.before().get(2) + p.before().get(3) == 0
        && p.after().get(0) + p.after().get(2) + p.after().get(3) == 0;
  }

  private Picks sliced(Slice s) {
    Shape to = out.with(s.axis(), Math.ceilDiv(s.end() - s.start(), s.step()));
    return switch (s.axis()) {
      case 1 -> {
        if (s.step() != 1) {
          throw new RtlException("RTL: slices of channels want a step of 1, got " + s);
        }
        int from = Math.max(s.start(), place);
        int end = Math.min(s.end(), place + count);
        yield new Picks(
            in,
            to,
            first + from - place,
            from - s.start(),
            Math.max(0, end - from),
            rowStep,
            columnStep);
      }
      case 2 -> new Picks(in, to, first, place, count, rowStep * s.step(), columnStep);
      default -> new Picks(in, to, first, place, count, rowStep, columnStep * s.step());
    };
  }

  private Picks padded(Pad p) {
    Shape to = out.with(1, out.dim(1) + p.before().get(1) + p.after().get(1));
    return new Picks(in, to, first, place + p.before().get(1), count, rowStep, columnStep);
  }

  /** The convolution's weight: ones from the channels that are picked to where they lie. */
  Tensor weight() {
    return ones(out.dim(1), in.dim(1), first, place, count);
  }

  /** {@code [outputs,inputs,1,1]} that takes {@code count} channels from one place to another. */
  static Tensor ones(int outputs, int inputs, int first, int place, int count) {
    double[] ones = new double[outputs * inputs];
    for (int c = 0; c < count; c++) {
      ones[(place + c) * inputs + first + c] = 1;
    }
    return Tensor.of(new TensorType(ElementType.INT8, Shape.of(outputs, inputs, 1, 1)), ones);
  }

  /** Its window: positions are picked from the first on. */
  Window window() {
    return new Window(1, 1, rowStep, columnStep, 0, 0, 0, 0, 1, 1);
  }
}
