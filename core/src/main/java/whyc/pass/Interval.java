package whyc.pass;

import java.util.Arrays;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * The integers that a value can be.
 *
 * @param low the least
 * @param high the largest
 */
record Interval(double low, double high) {
  static Interval of(ElementType type) {
    return new Interval(type.min(), type.max());
  }

  static Interval of(Tensor t) {
    double[] x = t.doubles();
    return new Interval(Arrays.stream(x).min().orElseThrow(), Arrays.stream(x).max().orElseThrow());
  }

  Interval with(double other) {
    return new Interval(Math.min(low, other), Math.max(high, other));
  }

  Interval union(Interval other) {
    return with(other.low).with(other.high);
  }

  Interval plus(Interval other) {
    return new Interval(low + other.low, high + other.high);
  }

  Interval times(Interval other) {
    return new Interval(low * other.low, low * other.low)
        .with(low * other.high)
        .with(high * other.low)
        .with(high * other.high);
  }

  Interval times(double factor) {
    return times(new Interval(factor, factor));
  }

  double size() {
    return Math.max(Math.abs(low), Math.abs(high));
  }

  boolean isSingle() {
    return size() <= 0x1p24;
  }

  boolean isDouble() {
    return size() <= 0x1p53;
  }

  ElementType element() {
    return isSingle() ? ElementType.FLOAT32 : ElementType.FLOAT64;
  }
}
