package whyc.op.route;

import java.util.stream.IntStream;
import whyc.op.Product;

/**
 * One product of two functions of a code each, of those that a table is the sum of.
 *
 * @param left for each code of the left operand its factor
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
public record Term(int[] left, int[] right) {

  /** The product of two operands as they are, but for bits that do not count. */
  static Term masked(int leftMask, boolean leftSigned, int rightMask, boolean rightSigned) {
    return new Term(values(leftMask, leftSigned), values(rightMask, rightSigned));
  }

  private static int[] values(int mask, boolean signed) {
    return IntStream.range(0, Product.CODES)
        .map(code -> signed ? (byte) (code & mask) : code & mask)
        .toArray();
  }

  /** The largest size of a product that the term may take. */
  public long bound() {
    return largest(left) * largest(right);
  }

  /** Whether each factor fits 16 bits, signed, as the kernels hold them. */
  boolean isShort() {
    return largest(left) <= Short.MAX_VALUE && largest(right) <= Short.MAX_VALUE;
  }

  /** The largest size of a factor. */
  public static long largest(int[] factors) {
    return IntStream.of(factors).mapToLong(v -> Math.abs((long) v)).max().orElse(0);
  }
}
