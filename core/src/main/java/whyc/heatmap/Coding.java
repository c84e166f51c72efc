package whyc.heatmap;

import java.util.Arrays;
import whyc.refusal.RefusedArgument;

/** What the codes of a map stand for. The code 0 is the number 0, and no other code is. */
public sealed interface Coding {
  /** Bits of a code as it is stored. */
  int bits();

  /** Whether this coding has such a code. */
  boolean holds(int code);

  /** Whether this coding has all of some codes; in one pass without branches. */
  boolean holdsAll(int[] codes);

  /** The number that a code stands for. */
  float value(int code);

  /**
   * Fixed point: {@code value = code * scale}.
   *
   * @param bits 4 to 16
   * @param signed two's complement where true, else from 0 on
   * @param scale the step between neighbours, finite and positive
   */
  record FixedPoint(int bits, boolean signed, float scale) implements Coding {
    public static final int MIN_BITS = 4;
    public static final int MAX_BITS = 16;

    public FixedPoint {
      if (bits < MIN_BITS || bits > MAX_BITS) {
        throw new RefusedArgument("a heat map in fixed point wants 4 to 16 bits, got " + bits);
      }
      if (!(scale > 0) || !Float.isFinite(scale * top(bits, signed))) {
        throw new RefusedArgument(
            "a heat map of %d bits wants a positive scale that keeps it finite, got %s"
                .formatted(bits, scale));
      }
    }

    /**
     * The finest coding for numbers of at most so large a magnitude.
     *
     * <pre>{@code
     * scale = largest / (2^bits - 1)          without a sign
     * scale = largest / (2^(bits-1) - 1)      with one; the most negative code stays free
     * }</pre>
     */
    public static FixedPoint of(int bits, boolean signed, float largest) {
      int top = top(bits, signed);
      float scale = largest == 0 ? 1 : Math.max(Float.MIN_VALUE, largest / top);
      // The steps of the smallest floats are coarse, and the largest float has nothing above it.
      while (largest / scale > top + 0.25f) {
        scale = Math.nextUp(scale);
      }
      while (Float.isInfinite(scale * top)) {
        scale = Math.nextDown(scale);
      }
      return new FixedPoint(bits, signed, scale);
    }

    /** The largest code. */
    private static int top(int bits, boolean signed) {
      return (1 << (signed ? bits - 1 : bits)) - 1;
    }

    @Override
    public boolean holds(int code) {
      boolean fits = signed ? (code >> (bits - 1)) == (code >> 31) : (code >>> bits) == 0;
      return fits && Float.isFinite(value(code));
    }

    @Override
    public boolean holdsAll(int[] codes) {
      int used = 0;
      for (int code : codes) {
        used |= signed ? code ^ (code >> 31) : code;
      }
      boolean fits = used >>> (signed ? bits - 1 : bits) == 0;
      // Only the most negative code, at scales at the end of the floats, stands for no number.
      boolean finite = !signed || Float.isFinite(value(-1 << (bits - 1)));
      return fits && (finite || Arrays.stream(codes).allMatch(this::holds));
    }

    @Override
    public float value(int code) {
      return code * scale;
    }
  }

  /**
   * Single precision, every bit kept: the code is the number's bits. A negative zero therefore
   * counts as a number that is not zero.
   */
  record SinglePrecision() implements Coding {
    private static final int INFINITE = 0x7f800000;

    @Override
    public int bits() {
      return Float.SIZE;
    }

    /** All but NaN and the infinities, whose exponents are all ones. */
    @Override
    public boolean holds(int code) {
      return (code & Integer.MAX_VALUE) < INFINITE;
    }

    @Override
    public boolean holdsAll(int[] codes) {
      int largest = 0;
      for (int code : codes) {
        largest = Math.max(largest, code & Integer.MAX_VALUE);
      }
      return largest < INFINITE;
    }

    @Override
    public float value(int code) {
      return Float.intBitsToFloat(code);
    }
  }
}
