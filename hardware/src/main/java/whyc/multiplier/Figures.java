package whyc.multiplier;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far a multiplier is from the product, over all pairs of operands.
 *
 * <pre>{@code
 * e(a,b) = M(a,b) - a*b
 * }</pre>
 *
 * @param form of the operands, w bits each
 * @param meanAbsolute mean of |e| (MAE)
 * @param worstCase the largest |e| (WCE)
 * @param errorProbability share of pairs whose e is not 0 (EP)
 * @param meanRelative mean of {@code |e| / |a*b|} over the pairs whose product is not 0 (MRE), the
 *     convention that gives EvoApproxLib's figures
 * @param bias mean of e
 * @param variance of e
 * @param atZero the largest |M| where an operand is 0
 * @param commutative whether {@code M(a,b) = M(b,a)}
 */
public record Figures(
    OperandForm form,
    double meanAbsolute,
    int worstCase,
    double errorProbability,
    double meanRelative,
    double bias,
    double variance,
    int atZero,
    boolean commutative) {

  /** What one row of a table adds. */
  private record Row(
      long absolute, int worst, int wrong, double relative, long sum, double square) {}

  public static Figures of(Multiplier m) {
    Row[] rows =
        IntStream.range(0, m.form().codes())
            .parallel()
            .mapToObj(a -> row(m, a))
            .toArray(Row[]::new);
    int codes = m.form().codes();
    double pairs = m.form().pairs();
    double notZero = (codes - 1.0) * (codes - 1.0);
    double bias = Arrays.stream(rows).mapToLong(Row::sum).sum() / pairs;
    double square = ordered(Arrays.stream(rows).mapToDouble(Row::square).toArray()) / pairs;
    return new Figures(
        m.form(),
        Arrays.stream(rows).mapToLong(Row::absolute).sum() / pairs,
        Arrays.stream(rows).mapToInt(Row::worst).max().orElseThrow(),
        Arrays.stream(rows).mapToInt(Row::wrong).sum() / pairs,
        ordered(Arrays.stream(rows).mapToDouble(Row::relative).toArray()) / notZero,
        bias,
        square - bias * bias,
        atZero(m),
        isCommutative(m));
  }

  private static Row row(Multiplier m, int codeA) {
    OperandForm form = m.form();
    int a = form.value(codeA);
    long absolute = 0;
    int worst = 0;
    int wrong = 0;
    double relative = 0;
    long sum = 0;
    long square = 0;
    for (int codeB = 0; codeB < form.codes(); codeB++) {
      int exact = a * form.value(codeB);
      int error = m.atCodes(codeA, codeB) - exact;
      int size = Math.abs(error);
      absolute += size;
      worst = Math.max(worst, size);
      wrong += error != 0 ? 1 : 0;
      relative += exact == 0 ? 0 : (double) size / Math.abs(exact);
      sum += error;
      square += (long) error * error;
    }
    return new Row(absolute, worst, wrong, relative, sum, square);
  }

  /** A sum that does not depend on how many threads there are. */
  private static double ordered(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum;
  }

  private static int atZero(Multiplier m) {
    return IntStream.range(0, m.form().codes())
        .map(code -> Math.max(Math.abs(m.atCodes(0, code)), Math.abs(m.atCodes(code, 0))))
        .max()
        .orElseThrow();
  }

  private static boolean isCommutative(Multiplier m) {
    return IntStream.range(0, m.form().codes())
        .parallel()
        .allMatch(a -> IntStream.range(0, a).allMatch(b -> m.atCodes(a, b) == m.atCodes(b, a)));
  }

  /** Whether a product is 0 where an operand is, so that zeros may be left out of a sum. */
  public boolean preservesZero() {
    return atZero == 0;
  }

  /** MAE as a share of {@code 2^(2w)}, in percent, as libraries print it. */
  public double meanAbsolutePercent() {
    return 100 * meanAbsolute / form.pairs();
  }

  /** WCE as a share of {@code 2^(2w)}, in percent, as libraries print it. */
  public double worstCasePercent() {
    return 100.0 * worstCase / form.pairs();
  }
}
