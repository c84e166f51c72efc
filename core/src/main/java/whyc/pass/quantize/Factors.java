package whyc.pass.quantize;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Numbers as {@code multiplier * 2^-shift}, with one shift for all: what a requantisation
 * multiplies by.
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Factors(long[] multipliers, int shift) {

  /** Codes have at most 16 bits, so a sum of 1 saturates with any multiplier beyond this. */
  private static final long LARGEST = 1L << 16;

  /**
   * The nearest to some ratios.
   *
   * @param most the largest shift
   * @param bits of a multiplier
   */
  static Factors nearest(double[] ratios, int most, int bits) {
    return of(ratios, most, bits, Math::rint);
  }

  /** The least that are no smaller than some ratios, and above 0. */
  static Factors above(double[] ratios, int most, int bits) {
    return of(ratios, most, bits, x -> Math.max(1, Math.ceil(x)));
  }

  private interface Rounding {
    double of(double x);
  }

  private static Factors of(double[] ratios, int most, int bits, Rounding rounding) {
    double largest = DoubleStream.of(ratios).map(Math::abs).max().orElse(0);
    int shift = most;
    while (shift > 0 && rounding.of(Math.scalb(largest, shift)) >= 1L << bits) {
      shift--;
    }
    long cap = Math.max(LARGEST, (1L << bits) - 1);
    long[] multipliers = new long[ratios.length];
    for (int i = 0; i < multipliers.length; i++) {
      double m = rounding.of(Math.scalb(ratios[i], shift));
      multipliers[i] = (long) Math.clamp(m, (double) -cap, (double) cap);
    }
    return new Factors(multipliers, shift).reduced();
  }

  /** Without twos that all multipliers share. */
  private Factors reduced() {
    long all = LongStream.of(multipliers).reduce(0, (a, b) -> a | b);
    int twos = all == 0 ? shift : Math.min(shift, Long.numberOfTrailingZeros(all));
    return new Factors(Arrays.stream(multipliers).map(m -> m >> twos).toArray(), shift - twos);
  }

  /** Whether no ratio is further off than a share of the largest. */
  boolean isNear(double[] ratios, double share) {
    double largest = DoubleStream.of(ratios).map(Math::abs).max().orElse(0);
    return IntStream.range(0, ratios.length)
        .allMatch(i -> Math.abs(value(i) - ratios[i]) <= largest * share);
  }

  /** The exact value of one. */
  double value(int i) {
    return Math.scalb((double) multipliers[i], -shift);
  }
}
