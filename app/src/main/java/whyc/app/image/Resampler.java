package whyc.app.image;

import java.util.Arrays;

/**
 * Resampling along one axis as a sparse matrix: output {@code i} is a weighted sum of the inputs
 * {@code first[i] ...}.
 *
 * <pre>{@code
 * centre_i = offset + (i + 1/2) * step                  half-pixel centres, in input pixels
 * w_ij     = kernel((j + 1/2 - centre_i) / max(step, 1))   sum_j w_ij = 1, j in the input
 * }</pre>
 *
 * The support of the kernel grows with the step, so that shrinking is antialiased (as in Pillow's
 * {@code resize}, whose {@code BILINEAR} and {@code BICUBIC} these kernels are); enlarging with the
 * triangle is ordinary bilinear interpolation with clamped edges. Two axes make a picture: rows are
 * filtered as they come and added to the output rows that want them, in double precision.
 */
final class Resampler {
  /** Interpolation kernels, zero from {@code radius} on. */
  enum Kernel {
    /** {@code 1} within half a pixel: the mean of what an output covers. */
    BOX(0.5) {
      @Override
      double at(double t) {
        return t > -0.5 && t <= 0.5 ? 1 : 0;
      }
    },
    /** {@code 1 - |t|}. */
    TRIANGLE(1) {
      @Override
      double at(double t) {
        return Math.max(0, 1 - Math.abs(t));
      }
    },
    /** Keys 1981 with a = -1/2 (Catmull-Rom). */
    CUBIC(2) {
      @Override
      double at(double t) {
        double s = Math.abs(t);
        if (s < 1) {
          return (1.5 * s - 2.5) * s * s + 1;
        }
        return s < 2 ? ((-0.5 * s + 2.5) * s - 4) * s + 2 : 0;
      }
    };

    private final double radius;

    Kernel(double radius) {
      this.radius = radius;
    }

    abstract double at(double t);
  }

  /**
   * Far more than a rounding error of the sums and far less than anything seen: what lies midway
   * between two bytes is rounded up, in whichever order it was summed.
   */
  private static final double TIE = 0x1p-30;

  private final int[] first;
  private final double[][] weights;

  private Resampler(int[] first, double[][] weights) {
    this.first = first;
    this.weights = weights;
  }

  /** The whole of {@code in} samples onto {@code out} samples. */
  static Resampler of(Kernel kernel, int in, int out) {
    return of(kernel, in, out, 0, (double) in / out);
  }

  /**
   * {@code out} samples, {@code step} inputs apart, whose left end lies at {@code offset}; beyond
   * the ends the nearest sample counts.
   */
  static Resampler of(Kernel kernel, int in, int out, double offset, double step) {
    double stretch = Math.max(step, 1);
    double support = kernel.radius * stretch;
    int[] first = new int[out];
    double[][] weights = new double[out][];
    for (int i = 0; i < out; i++) {
      double centre = Math.clamp(offset + (i + 0.5) * step, 0.5, in - 0.5);
      int from = Math.max(0, (int) Math.floor(centre - support + 0.5));
      int to = Math.min(in, (int) Math.floor(centre + support + 0.5));
      double[] w = new double[Math.max(1, to - from)];
      double sum = 0;
      for (int j = 0; j < w.length; j++) {
        w[j] = kernel.at((from + j + 0.5 - centre) / stretch);
        sum += w[j];
      }
      for (int j = 0; j < w.length; j++) {
        w[j] /= sum;
      }
      first[i] = from;
      weights[i] = w;
    }
    return new Resampler(first, weights);
  }

  int size() {
    return first.length;
  }

  /** The picture through {@code columns} and {@code rows}, rounded to bytes once, at the end. */
  static Picture resize(Picture picture, Resampler columns, Resampler rows) {
    int width = columns.size();
    byte[] from = picture.bytes();
    double[] line = new double[picture.width() * 3];
    double[] sums =
        apply(
            columns,
            rows,
            3,
            y -> {
              int start = y * line.length;
              for (int i = 0; i < line.length; i++) {
                line[i] = from[start + i] & 0xff;
              }
              return line;
            });
    byte[] rgb = new byte[sums.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.clamp(Math.round(sums[i] + TIE), 0, 255);
    }
    return Picture.owning(width, rows.size(), rgb);
  }

  /** The map {@code values: [h, w]} through {@code columns} and {@code rows}. */
  static double[] resize(float[] values, int w, Resampler columns, Resampler rows) {
    double[] line = new double[w];
    return apply(
        columns,
        rows,
        1,
        y -> {
          for (int x = 0; x < w; x++) {
            line[x] = values[y * w + x];
          }
          return line;
        });
  }

  /** The input's row {@code y}: {@code [width, bands]}. */
  private interface Rows {
    double[] row(int y);
  }

  private static double[] apply(Resampler columns, Resampler rows, int bands, Rows input) {
    int stride = columns.size() * bands;
    double[] sums = new double[Math.multiplyExact(stride, rows.size())];
    double[] filtered = new double[stride];
    int begin = Arrays.stream(rows.first).min().orElse(0);
    int end = begin;
    for (int i = 0; i < rows.size(); i++) {
      end = Math.max(end, rows.first[i] + rows.weights[i].length);
    }
    int oldest = 0;
    for (int y = begin; y < end; y++) {
      columns.filter(input.row(y), bands, filtered);
      while (rows.first[oldest] + rows.weights[oldest].length <= y) {
        oldest++;
      }
      for (int i = oldest; i < rows.size() && rows.first[i] <= y; i++) {
        int j = y - rows.first[i];
        if (j < rows.weights[i].length) {
          add(rows.weights[i][j], filtered, sums, i * stride);
        }
      }
    }
    return sums;
  }

  private static void add(double weight, double[] from, double[] to, int at) {
    for (int x = 0; x < from.length; x++) {
      to[at + x] += weight * from[x];
    }
  }

  private void filter(double[] line, int bands, double[] filtered) {
    for (int i = 0; i < first.length; i++) {
      double[] w = weights[i];
      for (int b = 0; b < bands; b++) {
        double sum = 0;
        int at = first[i] * bands + b;
        for (int j = 0; j < w.length; j++, at += bands) {
          sum += w[j] * line[at];
        }
        filtered[i * bands + b] = sum;
      }
    }
  }
}
