package whyc.pass;

import java.util.Arrays;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.op.Conv;
import whyc.op.Floor;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.MatMul;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * Sums of exact products of integers, written with convolutions and matrix products of floats.
 *
 * <pre>{@code
 * x * w  =  2^k * (high * w) + low * w          x = 2^k * high + low, where a sum could exceed 2^24
 * }</pre>
 *
 * The larger of both operands is cut in half, and its halves again, until each sum is exact in
 * single precision. What is added up is in double precision.
 */
record RealProducts(Builder b) {
  /** Integers in floats. */
  record Part(Value value, Interval range) {}

  /** The products of a line with a weight that is known, as doubles. */
  Part of(Op op, Part x, Tensor w) {
    Interval range = SumRanges.exact(op, x.range, w);
    if (range.isSingle()) {
      Value weight = b.constant(w.cast(ElementType.FLOAT32));
      return new Part(b.emit(real(op), x.value, weight), range);
    }
    double size = Interval.of(w).size();
    if (x.range.size() >= size) {
      int places = places(x.range.size());
      Value high = b.emit(new Floor(), b.scale(x.value, Math.scalb(1.0, -places)));
      Value low = b.sub(x.value, b.scale(high, Math.scalb(1.0, places)));
      return joined(
          of(op, new Part(high, scaled(x.range, places)), w),
          of(op, new Part(low, new Interval(0, Math.scalb(1.0, places) - 1)), w),
          places,
          range);
    }
    int places = places(size);
    return joined(of(op, x, high(w, places)), of(op, x, low(w, places)), places, range);
  }

  /** Half of the bits of integers of a size. */
  private static int places(double size) {
    return (Math.getExponent(size) + 2) / 2;
  }

  private static Interval scaled(Interval r, int places) {
    return new Interval(
        Math.floor(Math.scalb(r.low(), -places)), Math.floor(Math.scalb(r.high(), -places)));
  }

  private static Tensor high(Tensor w, int places) {
    double[] x = w.doubles();
    return Tensor.of(
        w.type(), Arrays.stream(x).map(v -> Math.floor(Math.scalb(v, -places))).toArray());
  }

  private static Tensor low(Tensor w, int places) {
    double[] x = w.doubles();
    double[] high = high(w, places).doubles();
    return Tensor.of(
        w.type(),
        IntStream.range(0, x.length)
            .mapToDouble(i -> x[i] - Math.scalb(high[i], places))
            .toArray());
  }

  private Part joined(Part high, Part low, int places, Interval range) {
    Value upper = b.scale(b.cast(high.value, ElementType.FLOAT64), Math.scalb(1.0, places));
    Value sum = b.add(upper, b.cast(low.value, ElementType.FLOAT64));
    return new Part(b.cast(sum, range.element()), range);
  }

  private static Primitive real(Op op) {
    return switch (op) {
      case IntegerConv c -> new Conv(c.window(), c.groups());
      case IntegerConvTranspose c -> c.transposed();
      default -> new MatMul();
    };
  }
}
