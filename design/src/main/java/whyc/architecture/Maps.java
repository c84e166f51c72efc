package whyc.architecture;

import java.util.List;
import whyc.measure.RankCorrelation;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Statistics of saliency maps, means over images: see {@link Insight}.
 *
 * @param concentration 0 for maps that are everywhere the same
 * @param stability rank correlation with the maps of shifted images
 * @param confidence probability of the label
 */
record Maps(double concentration, double stability, double confidence) {

  /**
   * The statistics of some images.
   *
   * @param plain maps, [n,c,h,w]
   * @param shifted maps of the same images, a pixel to the right
   * @param scores [n,classes]
   */
  static Maps of(Tensor plain, Tensor shifted, Tensor scores, List<Integer> labels) {
    int count = plain.shape().dim(0);
    double concentration = 0;
    double stability = 0;
    double confidence = 0;
    for (int i = 0; i < count; i++) {
      concentration += 1 - Insight.entropy(places(plain, i, 0));
      stability += correlation(places(plain, i, 1), places(shifted, i, -1));
      confidence += probability(scores, i, labels.get(i));
    }
    return new Maps(concentration / count, stability / count, confidence / count);
  }

  /**
   * Sums of magnitudes over channels.
   *
   * @param without columns that are left out: the last ones if positive, the first ones if not
   */
  private static double[] places(Tensor maps, int image, int without) {
    int height = maps.shape().dim(-2);
    int width = maps.shape().dim(-1);
    int channels = maps.shape().product(1, maps.shape().rank()) / (height * width);
    int left = width - Math.abs(without);
    double[] sums = new double[height * left];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < left; x++) {
          int column = without < 0 ? x - without : x;
          int at = ((image * channels + c) * height + y) * width + column;
          sums[y * left + x] += Math.abs(maps.at(at));
        }
      }
    }
    return sums;
  }

  /** 0 where a map has one value, and no order. */
  private static double correlation(double[] a, double[] b) {
    Shape shape = Shape.of(1, a.length);
    double rho = new RankCorrelation().of(Tensor.of(shape, a), Tensor.of(shape, b));
    return Double.isFinite(rho) ? rho : 0;
  }

  /** The score of a label less the best other one. */
  static double margin(Tensor scores, int image, int label) {
    int classes = scores.shape().dim(1);
    double other = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      other = k == label ? other : Math.max(other, scores.at(image * classes + k));
    }
    return scores.at(image * classes + label) - other;
  }

  private static double probability(Tensor scores, int image, int label) {
    int classes = scores.shape().dim(1);
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      largest = Math.max(largest, scores.at(image * classes + k));
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(scores.at(image * classes + k) - largest);
    }
    return Math.exp(scores.at(image * classes + label) - largest) / sum;
  }
}
