package whyc.rtl;

import java.util.Arrays;

/**
 * A heat map as {@code map_scaler.sv} scales it, so that its largest code becomes the largest of 16
 * bits.
 *
 * <pre>{@code
 * q    = floor((2^15 - 1) * 2^16 / most)
 * code = floor((code * q + 2^15) / 2^16)          0 where most is 0
 * }</pre>
 *
 * <p>The largest becomes 2^15 - 1 exactly, and the others lie within one code of {@code code *
 * (2^15 - 1) / most}, in the same order.
 *
 * @param codes scaled, not negative
 * @param most the largest code before
 */
@SuppressWarnings("ArrayRecordComponent") // written out, never compared
record MapScale(long[] codes, long most) {
  private static final int BITS = 16;
  private static final long HALF = 1L << (BITS - 1);
  private static final long TOP = HALF - 1;

  /** Scales codes that are not negative. */
  static MapScale of(long[] map) {
    long most = Arrays.stream(map).max().orElse(0);
    long quotient = most == 0 ? 0 : (TOP << BITS) / most;
    return new MapScale(
        Arrays.stream(map).map(code -> (code * quotient + HALF) >> BITS).toArray(), most);
  }
}
