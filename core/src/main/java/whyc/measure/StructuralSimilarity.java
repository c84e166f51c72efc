package whyc.measure;

import java.util.Arrays;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Mean structural similarity of two maps as pictures.
 *
 * <pre>{@code
 * SSIM(p) = (2 ma mb + C1) (2 vab + C2) / ((ma^2 + mb^2 + C1) (va + vb + C2))
 * C1 = (0.01 L)^2     C2 = (0.03 L)^2     L = largest - smallest number of both maps
 * }</pre>
 *
 * (Wang, Bovik, Sheikh, Simoncelli 2004, eq. 13, and 17 for the mean.) Means m, variances v and
 * covariance vab are weighted by a Gaussian window of {@value #EXTENT} x {@value #EXTENT} places
 * with a deviation of {@value #DEVIATION}, whose weights sum to 1. The window slides over all
 * positions p at which it lies within the map; along an axis that is shorter it is cut to the map's
 * extent. At most 1; equal maps have 1, also where L is 0.
 *
 * <p>Scores of places as in {@link TopOverlap}.
 */
public record StructuralSimilarity() implements Fidelity {
  private static final int EXTENT = 11;
  private static final double DEVIATION = 1.5;

  @Override
  public double of(Tensor exact, Tensor changed) {
    Places.checkPair("structural similarity", exact, changed);
    if (exact.hasNaN() || changed.hasNaN()) {
      return Double.NaN;
    }
    Shape extents = Places.extents(exact);
    return of(
        widened(Places.scores(exact)),
        widened(Places.scores(changed)),
        extents.dim(0),
        extents.dim(1));
  }

  private static double of(double[] a, double[] b, int height, int width) {
    double low = Math.min(least(a), least(b));
    double range = Math.max(largest(a), largest(b)) - low;
    if (range == 0) {
      return 1;
    }
    Window window =
        new Window(gaussian(Math.min(EXTENT, height)), gaussian(Math.min(EXTENT, width)));
    double[] meanA = window.mean(a, height, width);
    double[] meanB = window.mean(b, height, width);
    double[] squareA = window.mean(product(a, a), height, width);
    double[] squareB = window.mean(product(b, b), height, width);
    double[] both = window.mean(product(a, b), height, width);
    double c1 = 0.01 * range * 0.01 * range;
    double c2 = 0.03 * range * 0.03 * range;
    double sum = 0;
    for (int p = 0; p < both.length; p++) {
      double product = meanA[p] * meanB[p];
      double squares = meanA[p] * meanA[p] + meanB[p] * meanB[p];
      double variances = squareA[p] + squareB[p] - squares;
      sum +=
          (2 * product + c1) * (2 * (both[p] - product) + c2) / ((squares + c1) * (variances + c2));
    }
    return sum / both.length;
  }

  /** Weights along the two axes; the window is their product. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Window(double[] rows, double[] columns) {
    double[] mean(double[] x, int height, int width) {
      int h = height - rows.length + 1;
      int w = width - columns.length + 1;
      double[] along = new double[height * w];
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < w; j++) {
          for (int k = 0; k < columns.length; k++) {
            along[i * w + j] += columns[k] * x[i * width + j + k];
          }
        }
      }
      double[] mean = new double[h * w];
      for (int i = 0; i < h; i++) {
        for (int k = 0; k < rows.length; k++) {
          for (int j = 0; j < w; j++) {
            mean[i * w + j] += rows[k] * along[(i + k) * w + j];
          }
        }
      }
      return mean;
    }
  }

  private static double[] gaussian(int extent) {
    double[] weights = new double[extent];
    for (int i = 0; i < extent; i++) {
      double t = (i - (extent - 1) / 2.0) / DEVIATION;
      weights[i] = Math.exp(-t * t / 2);
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(v -> v / sum).toArray();
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    Arrays.setAll(product, i -> a[i] * b[i]);
    return product;
  }

  private static double largest(double[] x) {
    return Arrays.stream(x).max().orElse(0);
  }

  private static double least(double[] x) {
    return Arrays.stream(x).min().orElse(0);
  }

  private static double[] widened(float[] x) {
    double[] wide = new double[x.length];
    Arrays.setAll(wide, i -> x[i]);
    return wide;
  }
}
