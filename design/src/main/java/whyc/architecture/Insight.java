package whyc.architecture;

import java.util.Arrays;
import java.util.List;

/**
 * What explanations say of a network, few images long.
 *
 * @param layers the share of each layer in the conductance of all: sums to 1
 * @param spread entropy of those shares by the most that so many layers can have: 0 to 1
 * @param concentration one less the entropy of a saliency map by the most that so many places can
 *     have, mean over images: 0 for a map that is everywhere the same
 * @param stability rank correlation of the saliency maps of an image and of the same one shifted by
 *     a pixel, brought back, mean over images
 * @param confidence probability of the label, mean over images
 */
public record Insight(
    List<Double> layers, double spread, double concentration, double stability, double confidence) {
  public Insight {
    layers = List.copyOf(layers);
  }

  /** {@code -sum p log p / log n}: 0 where one has all, 1 where all have the same. */
  static double entropy(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    if (weights.length < 2 || !(sum > 0)) {
      return 0;
    }
    double entropy = 0;
    for (double w : weights) {
      double p = w / sum;
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    return entropy / Math.log(weights.length);
  }

  /** The numbers that predictions are made from. */
  double[] statistics() {
    return new double[] {spread, concentration, stability, confidence};
  }
}
