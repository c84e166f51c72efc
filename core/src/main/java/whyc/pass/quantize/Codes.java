package whyc.pass.quantize;

import whyc.tensor.ElementType;

/**
 * How real numbers are stored: as {@code code * 2^exponent}.
 *
 * @param element of the codes
 */
public record Codes(ElementType element, int exponent) {
  public double scale() {
    return Math.scalb(1.0, exponent);
  }

  /** The largest code. */
  long top() {
    return (long) element.max();
  }

  /** Bits of a code's magnitude. */
  int bits() {
    return 64 - Long.numberOfLeadingZeros(top());
  }

  /** The code of a number. */
  double code(double x) {
    return Math.clamp(Math.rint(x / scale()), element.min(), element.max());
  }
}
