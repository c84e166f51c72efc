package whyc.measure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The largest threshold found whose outcome keeps a bound. Fidelity need not fall steadily as the
 * threshold grows, so nothing is concluded from one threshold for another: {@link #CANDIDATES} are
 * tried from 1 downwards until one holds, then a few between it and the one before.
 *
 * @param threshold 0 where none above 0 holds, else with at most four digits, so that it can be
 *     typed
 * @param fidelity of its outcome
 */
public record LargestThreshold(double threshold, double fidelity) {
  /** 10^(-k/8) with three digits, from 1 down to 0.0001. */
  static final List<Double> CANDIDATES =
      IntStream.rangeClosed(0, 32).mapToObj(k -> rounded(Math.pow(10, -k / 8.0), 3)).toList();

  private static final int REFINEMENTS = 4;

  /**
   * Looks for it.
   *
   * @param fidelity of the outcome of a threshold; asked for each at most once
   * @param least what the fidelity has to be; not a number keeps no bound
   */
  public static LargestThreshold find(DoubleUnaryOperator fidelity, double least) {
    double above = 1;
    for (double candidate : CANDIDATES) {
      double f = fidelity.applyAsDouble(candidate);
      if (f >= least) {
        return refined(new LargestThreshold(candidate, f), above, fidelity, least);
      }
      above = candidate;
    }
    return new LargestThreshold(0, fidelity.applyAsDouble(0));
  }

  private static LargestThreshold refined(
      LargestThreshold held, double above, DoubleUnaryOperator fidelity, double least) {
    LargestThreshold best = held;
    double failed = above;
    for (int i = 0; i < REFINEMENTS && failed > best.threshold; i++) {
      double middle = rounded((best.threshold + failed) / 2, 4);
      double f = fidelity.applyAsDouble(middle);
      if (f >= least) {
        best = new LargestThreshold(middle, f);
      } else {
        failed = middle;
      }
    }
    return best;
  }

  private static double rounded(double value, int digits) {
    return new BigDecimal(value)
        .round(new MathContext(digits, RoundingMode.HALF_EVEN))
        .doubleValue();
  }
}
