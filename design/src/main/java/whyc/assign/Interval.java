package whyc.assign;

/**
 * Where a share lies that was measured on some images: with 95 % confidence.
 *
 * @param low from 0
 * @param high to 1; a difference of shares from -1 to 1
 */
public record Interval(double low, double high) {
  /** Two-sided 95 % of a normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * Of a share (Wilson 1927).
   *
   * <pre>{@code
   * (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
   * }</pre>
   */
  public static Interval ofShare(int right, int of) {
    double p = right / (double) of;
    double z2 = Z * Z / of;
    double half = Z * Math.sqrt(p * (1 - p) / of + z2 / (4 * of));
    return new Interval((p + z2 / 2 - half) / (1 + z2), (p + z2 / 2 + half) / (1 + z2));
  }

  /**
   * Of the difference of two networks' accuracies on the same images (Agresti and Min 2005): half
   * an image is added to each cell of the table of right and wrong.
   *
   * @param lost images that only the first gets right
   * @param gained images that only the second gets right
   */
  public static Interval ofLoss(int lost, int gained, int of) {
    double n = of + 2.0;
    double difference = (lost - gained) / n;
    double spread = Math.sqrt(lost + gained + 1 - n * difference * difference) / n;
    return new Interval(difference - Z * spread, difference + Z * spread);
  }

  public double halfWidth() {
    return (high - low) / 2;
  }
}
