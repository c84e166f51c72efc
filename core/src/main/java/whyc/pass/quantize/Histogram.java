package whyc.pass.quantize;

import java.util.Arrays;
import java.util.function.Consumer;
import whyc.tensor.Tensor;

/**
 * How often numbers of each size were met, whatever their sign.
 *
 * <p>Bins are cut from the bits of a float: the exponent and the next seven bits, so that a bin is
 * less than 1/128 as wide as its numbers are large, from the smallest float to the largest. Nothing
 * has to be known of the range before, and two histograms merge by adding counts: in whatever order
 * images come and batches are merged, the result is the same to the bit.
 */
public final class Histogram {
  private static final int BITS = 7;
  private static final int BINS = 1 << BITS;
  private static final int DROPPED = 23 - BITS;

  /** By exponent; null where there are none, which is nearly everywhere. */
  private final long[][] counts;

  private final long zeros;
  private final float largest;
  private final boolean hasNegative;

  private Histogram(long[][] counts, long zeros, float largest, boolean hasNegative) {
    this.counts = counts;
    this.zeros = zeros;
    this.largest = largest;
    this.hasNegative = hasNegative;
  }

  /** Of no numbers. */
  public static Histogram empty() {
    return new Histogram(new long[256][], 0, 0, false);
  }

  /** Of all numbers of a tensor; what is infinite or no number is left out. */
  public static Histogram of(Tensor t) {
    long[][] counts = new long[256][];
    long zeros = 0;
    float largest = 0;
    boolean hasNegative = false;
    for (float x : t.floats()) {
      float size = Math.abs(x);
      if (size == 0) {
        zeros++;
      } else if (size <= Float.MAX_VALUE) {
        int bits = Float.floatToRawIntBits(size);
        of(counts, bits >> 23)[(bits >> DROPPED) & (BINS - 1)]++;
        largest = Math.max(largest, size);
        hasNegative |= x < 0;
      }
    }
    return new Histogram(counts, zeros, largest, hasNegative);
  }

  private static long[] of(long[][] counts, int exponent) {
    if (counts[exponent] == null) {
      counts[exponent] = new long[BINS];
    }
    return counts[exponent];
  }

  /** Of the numbers of both. */
  public Histogram plus(Histogram other) {
    long[][] sum = new long[256][];
    for (int e = 0; e < sum.length; e++) {
      if (counts[e] != null || other.counts[e] != null) {
        long[] bins = counts[e] == null ? new long[BINS] : counts[e].clone();
        for (int i = 0; i < BINS && other.counts[e] != null; i++) {
          bins[i] += other.counts[e][i];
        }
        sum[e] = bins;
      }
    }
    return new Histogram(
        sum,
        zeros + other.zeros,
        Math.max(largest, other.largest),
        hasNegative || other.hasNegative);
  }

  /** The largest size of a number, exactly. */
  public float largest() {
    return largest;
  }

  public boolean hasNegative() {
    return hasNegative;
  }

  /** Numbers other than zero. */
  public long nonZeros() {
    return Arrays.stream(counts).filter(b -> b != null).flatMapToLong(Arrays::stream).sum();
  }

  /** All numbers. */
  public long count() {
    return nonZeros() + zeros;
  }

  /**
   * Numbers that are alike.
   *
   * @param low the smallest size, {@code high} what is too large
   */
  record Bin(double low, double high, long count) {
    double middle() {
      return (low + high) / 2;
    }
  }

  /** The bins that hold numbers other than zero, from small to large. */
  void forEach(Consumer<Bin> consumer) {
    for (int e = 0; e < counts.length; e++) {
      for (int i = 0; i < BINS && counts[e] != null; i++) {
        if (counts[e][i] > 0) {
          int bits = (e << 23) | (i << DROPPED);
          double low = Float.intBitsToFloat(bits);
          double high = low + (double) Math.ulp((float) low) * (1 << DROPPED);
          consumer.accept(new Bin(low, high, counts[e][i]));
        }
      }
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Histogram h
        && Arrays.deepEquals(counts, h.counts)
        && zeros == h.zeros
        && largest == h.largest
        && hasNegative == h.hasNegative;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(counts);
  }

  @Override
  public String toString() {
    return "%d numbers up to %s".formatted(count(), largest);
  }
}
