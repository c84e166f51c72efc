package whyc.measure;

import whyc.tensor.Tensor;

/**
 * Pearson's correlation of the numbers of two maps.
 *
 * <pre>{@code
 * r = sum_i (a[i] - mean a) (b[i] - mean b) / sqrt(sum_i (a[i] - mean a)^2 * sum_i (b[i] - mean b)^2)
 * }</pre>
 *
 * (Pearson 1895.) Between -1 and 1; a factor above 0 and a shift change nothing. A constant map has
 * no correlation: two of them count as equal, 1, and one beside a map that varies as unrelated, 0.
 */
public record LinearCorrelation() implements Fidelity {
  @Override
  public double of(Tensor exact, Tensor changed) {
    Places.checkPair("Pearson's correlation", exact, changed);
    return of(exact.doubles(), changed.doubles());
  }

  static double of(double[] a, double[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double ofBoth = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      double da = a[i] - meanA;
      double db = b[i] - meanB;
      ofBoth += da * db;
      ofA += da * da;
      ofB += db * db;
    }
    if (ofA == 0 || ofB == 0) {
      return ofA == ofB ? 1 : 0;
    }
    // One root, so that equal maps have exactly 1.
    return Math.clamp(ofBoth / Math.sqrt(ofA * ofB), -1, 1);
  }

  /** Relative to the first number, so that a constant map has exactly its value as mean. */
  private static double mean(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v - x[0];
    }
    return x[0] + sum / x.length;
  }
}
