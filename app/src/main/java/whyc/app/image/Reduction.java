package whyc.app.image;

import java.util.Arrays;

/**
 * From an attribution in input space {@code a: [C,H,W]} to a map {@code m: [H,W]} that can be
 * shown.
 */
public enum Reduction {
  /**
   * {@code m[h,w] = sum_c |a[c,h,w]|}, colours from 0 to the 99th percentile of m (PAIR saliency,
   * {@code VisualizeImageGrayscale}, which starts at the minimum); for saliency and its kin.
   */
  ABSOLUTE_SUM(HeatMap.Scale.ZERO_MAX, "sum of |channels|"),
  /**
   * {@code m[h,w] = sum_c a[c,h,w]}, colours symmetric about 0, ending at the 99th percentile of
   * |m|; keeps the sum of the scores.
   */
  SIGNED_SUM(HeatMap.Scale.SYMMETRIC, "sum of channels");

  private static final double PERCENTILE = 99;
  private final HeatMap.Scale scale;

  /** For captions: these are not the numbers of the attribution, which has channels. */
  private final String what;

  Reduction(HeatMap.Scale scale, String what) {
    this.scale = scale;
    this.what = what;
  }

  public HeatMap apply(float[] a, int channels, int height, int width) {
    int pixels = Math.multiplyExact(height, width);
    if (channels < 1 || a.length != Math.multiplyExact(channels, pixels)) {
      throw new IllegalArgumentException(
          "%s wants a: [C,H,W], got %d values for [%d,%d,%d]"
              .formatted(this, a.length, channels, height, width));
    }
    float[] map = new float[pixels];
    for (int p = 0; p < pixels; p++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        float v = a[c * pixels + p];
        sum += this == ABSOLUTE_SUM ? Math.abs(v) : v;
      }
      map[p] = (float) sum;
    }
    return HeatMap.of(map, height, width, scale, percentileOfAbsolutes(map, PERCENTILE), what);
  }

  /** Linear between the two nearest ranks, as {@code numpy.percentile}. */
  static double percentileOfAbsolutes(float[] values, double percent) {
    float[] sorted = new float[values.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Math.abs(values[i]);
    }
    Arrays.sort(sorted);
    double rank = percent / 100 * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * ((double) sorted[above] - sorted[below]);
  }
}
