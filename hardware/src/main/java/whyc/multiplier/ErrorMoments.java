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
 *
 * @param means by the weight's code
 * @param variances by the weight's code
 */
public record ErrorMoments(OperandForm form, double[] means, double[] variances) {

  /** The moments over a histogram of the first operand. */
  public static ErrorMoments of(Multiplier m, Histogram first) {
    first.checkFits(m);
    int codes = m.form().codes();
    double[] means = new double[codes];
    double[] squares = new double[codes];
    for (int a = 0; a < codes; a++) {
      double share = first.shares()[a];
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
      mean += weights.shares()[w] * means[w];
    }
    return mean;
  }

  /** Variance over the same: what varies for a weight, and what weights differ by. */
  public double variance(Histogram weights) {
    double mean = mean(weights);
    double variance = 0;
    for (int w = 0; w < means.length; w++) {
      double from = means[w] - mean;
      variance += weights.shares()[w] * (variances[w] + from * from);
    }
    return variance;
  }
}
