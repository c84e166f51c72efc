package whyc.engine.jvm.integer;

import java.util.List;
import whyc.op.route.Route;
import whyc.op.route.Term;

/**
 * The terms of a product as the kernels want them: what stands for each code, and how many taps may
 * be summed in single precision.
 *
 * @param left for each term the factor of each code
 * @param leftLargest for each term the largest size of a factor
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Factors(short[][] left, short[][] right, long[] leftLargest, long[] rightLargest) {

  static Factors of(List<Term> terms) {
    return new Factors(
        terms.stream().map(t -> shorts(t.left())).toArray(short[][]::new),
        terms.stream().map(t -> shorts(t.right())).toArray(short[][]::new),
        terms.stream().mapToLong(t -> Term.largest(t.left())).toArray(),
        terms.stream().mapToLong(t -> Term.largest(t.right())).toArray());
  }

  private static short[] shorts(int[] values) {
    short[] shorts = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      shorts[i] = (short) values[i];
    }
    return shorts;
  }

  /** Number of terms. */
  int rank() {
    return left.length;
  }

  /**
   * Taps, counted once for each term, that are summed in single precision: all of them where the
   * known operand is small enough, else as many as any operands allow.
   *
   * @param known codes of the right operand, {@code taps} of them for each sum, a step apart
   * @param sums how many sums there are; each begins {@code next} codes behind the one before
   */
  int chunk(byte[] known, int taps, int step, int sums, int next) {
    long largest = 0;
    for (int s = 0; s < sums; s++) {
      long sum = 0;
      for (int k = 0; k < taps; k++) {
        int code = known[s * next + k * step] & 0xff;
        for (int r = 0; r < rank(); r++) {
          sum += leftLargest[r] * Math.abs(right[r][code]);
        }
      }
      largest = Math.max(largest, sum);
    }
    if (largest <= Route.EXACT) {
      return taps * rank();
    }
    long one = 0;
    for (int r = 0; r < rank(); r++) {
      one += leftLargest[r] * rightLargest[r];
    }
    return (int) (Route.EXACT / one) * rank();
  }
}
