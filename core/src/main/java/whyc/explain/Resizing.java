package whyc.explain;

import whyc.op.Emit;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * The ways in which a map is brought to the size of an image. Each is a fixed weighted sum along rows
 * and columns, so it is written as two matrix products:
 *
 * <pre>{@code
 * y = R x C^T      x: [n,c,h,w]   R: [H,h]   C: [W,w]   y: [n,c,H,W]
 * R[i,k] = sum of f(p - j) over the j that clamp to k, rows scaled to the sum 1
 * p = (i + 1/2) h / H - 1/2      half-pixel centres: OpenCV, PIL, torch's align_corners=False
 * p = i (h - 1) / (H - 1)        corners aligned: scipy's zoom, torch's align_corners=True
 * f linear:  max(0, 1 - |t|)
 * f cubic:   (a+2)|t|^3 - (a+3)|t|^2 + 1            |t| <= 1       (Keys 1981, eq. 15 with a free)
 *            a|t|^3 - 5a|t|^2 + 8a|t| - 4a          1 < |t| < 2
 * f nearest: 1 at k = floor(i h / H), else 0
 * }</pre>
 *
 * No filter grows when an image shrinks: maps are enlarged.
 */
public enum Resizing {
  /** Linear, half-pixel centres, edges repeated. */
  LINEAR,
  /** Linear, corners aligned. */
  LINEAR_ALIGNED,
  /** The element that the sample's left upper corner lies in: torch's {@code nearest}. */
  NEAREST,
  /** Cubic with a = -3/4, half-pixel centres, edges repeated: torch, OpenCV. */
  CUBIC,
  /** Cubic with a = -1/2, half-pixel centres, nothing beyond the edges: TensorFlow, PIL. */
  CUBIC_KEYS;

  /** Resizes the last two axes of {@code x: [n,c,h,w]}. */
  public Value apply(Emit g, Value x, int height, int width) {
    Value tall = rows(g, x, height);
    return g.shape(tall).dim(3) == width
        ? tall
        : g.matMul(tall, known(g, matrixTransposed(g.shape(tall).dim(3), width), x));
  }

  private Value rows(Emit g, Value x, int height) {
    return g.shape(x).dim(2) == height ? x : g.matMul(known(g, matrix(g.shape(x).dim(2), height), x), x);
  }

  private static Value known(Emit g, double[][] m, Value like) {
    double[] flat = java.util.Arrays.stream(m).flatMapToDouble(java.util.Arrays::stream).toArray();
    return g.values(Shape.of(m.length, m[0].length), flat, like);
  }

  private double[][] matrixTransposed(int in, int out) {
    double[][] m = matrix(in, out);
    double[][] t = new double[in][out];
    for (int i = 0; i < out; i++) {
      for (int k = 0; k < in; k++) {
        t[k][i] = m[i][k];
      }
    }
    return t;
  }

  /** The weights of {@code in} elements in each of {@code out} samples. */
  double[][] matrix(int in, int out) {
    double[][] m = new double[out][in];
    for (int i = 0; i < out; i++) {
      switch (this) {
        case NEAREST -> m[i][(int) ((long) i * in / out)] = 1;
        case LINEAR, CUBIC, CUBIC_KEYS -> fill(m[i], (i + 0.5) * in / out - 0.5);
        case LINEAR_ALIGNED -> fill(m[i], out == 1 ? 0 : (double) i * (in - 1) / (out - 1));
      }
    }
    return m;
  }

  private void fill(double[] row, double place) {
    int base = (int) Math.floor(place);
    double sum = 0;
    for (int k = base - 1; k <= base + 2; k++) {
      if (this != CUBIC_KEYS || (k >= 0 && k < row.length)) {
        double weight = weight(Math.abs(place - k));
        row[Math.clamp(k, 0, row.length - 1)] += weight;
        sum += weight;
      }
    }
    for (int k = 0; k < row.length; k++) {
      row[k] /= sum;
    }
  }

  private double weight(double t) {
    return switch (this) {
      case LINEAR, LINEAR_ALIGNED, NEAREST -> Math.max(0, 1 - t);
      case CUBIC -> cubic(-0.75, t);
      case CUBIC_KEYS -> cubic(-0.5, t);
    };
  }

  private static double cubic(double a, double t) {
    return t <= 1
        ? ((a + 2) * t - (a + 3)) * t * t + 1
        : t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
  }
}
