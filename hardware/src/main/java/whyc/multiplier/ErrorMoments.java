package whyc.multiplier;

import java.util.stream.IntStream;

/**
 * Mean and variance of a multiplier's error for each weight, over what the other operand is.
 *
 * <pre>{@code
 * mean(w)     = sum over a of h(a) * e(a,w)                    e(a,w) = M(a,w) - a*w
 * variance(w) = sum over a of h(a) * (e(a,w) - mean(w))^2
 * }</pre>
 *
 * The weight is the second operand.
 */
public final class ErrorMoments {
  private final OperandForm form;

  /** By the weight's code. */
  private final double[] means;

  /** By the weight's code. */
  private final double[] variances;

  private ErrorMoments(OperandForm form, double[] means, double[] variances) {
    this.form = form;
    this.means = means;
    this.variances = variances;
  }

  /** The moments over a histogram of the first operand. */
  public static ErrorMoments of(Multiplier m, Histogram first) {
    first.checkFits(m);
    int codes = m.form().codes();
    double[] means = new double[codes];
    double[] squares = new double[codes];
    for (int a = 0; a < codes; a++) {
      double share = first.share(a);
      for (int w = 0; w < codes && share != 0; w++) {
        double error = m.errorAtCodes(a, w);
        means[w] += share * error;
        squares[w] += share * error * error;
      }
    }
    double[] variances =
        IntStream.range(0, codes)
            .mapToDouble(w -> Math.max(0, squares[w] - means[w] * means[w]))
            .toArray();
    return new ErrorMoments(m.form(), means, variances);
  }

  /** Mean error of a weight. */
  public double mean(int weight) {
    return means[form.code(weight)];
  }

  /** Variance of a weight's error. */
  public double variance(int weight) {
    return variances[form.code(weight)];
  }

  /** Mean error over weights that are as often as a histogram says, independent of the operand. */
  public double mean(Histogram weights) {
    double mean = 0;
    for (int w = 0; w < means.length; w++) {
      mean += weights.share(w) * means[w];
    }
    return mean;
  }

  /** Variance over the same: what varies for a weight, and what weights differ by. */
  public double variance(Histogram weights) {
    double mean = mean(weights);
    double variance = 0;
    for (int w = 0; w < means.length; w++) {
      double from = means[w] - mean;
      variance += weights.share(w) * (variances[w] + from * from);
    }
    return variance;
  }
}
