package whyc.op;

import java.util.List;
import whyc.tensor.Shape;

/**
 * Resizes one axis by linear or cubic interpolation: a matrix product, since every sample is a
 * fixed weighted sum.
 *
 * <pre>{@code
 * y[..,i,..] = sum_k m[i,k] * x[..,k,..]
 * m[i,k] = f(s * (k - p_i)) / sum_j f(s * (j - p_i))      p_i: place of sample i
 * f linear:  1 - |t|                                      |t| < 1
 * f cubic:   (a+2)|t|^3 - (a+3)|t|^2 + 1                  |t| <= 1
 *            a|t|^3 - 5a|t|^2 + 8a|t| - 4a                1 < |t| < 2      (Keys 1981, eq. 15 with a free)
 * }</pre>
 *
 * {@code s} is 1, or the scale where it is below 1 and {@code antialias} is asked for: the filter
 * then grows to cover all that a sample stands for. Pillow's resize is HALF_PIXEL, {@code
 * antialias}, {@code Edge.EXCLUDE}, and for bicubic a = -1/2; PyTorch's and OpenCV's cubic has a =
 * -3/4.
 *
 * @param a the cubic's parameter; not used by the linear one
 */
public record Resample(
    int axis, Sampling sampling, Kernel kernel, double a, boolean antialias, Edge edge)
    implements Composite {

  /** The shape of the filter. */
  public enum Kernel {
    LINEAR(1),
    CUBIC(2);

    private final int radius;

    Kernel(int radius) {
      this.radius = radius;
    }
  }

  /** What a filter finds beyond the ends of the axis. */
  public enum Edge {
    /** The last element, again and again. */
    REPEAT,
    /** Nothing: the weights of what is there are scaled to sum to 1. */
    EXCLUDE,
    /** As REPEAT, but samples that themselves lie outside are 0. */
    ZERO
  }

  /** Linear interpolation without anti-aliasing, ends repeated. */
  public static Resample linear(int axis, Sampling sampling) {
    return new Resample(axis, sampling, Kernel.LINEAR, 0, false, Edge.REPEAT);
  }

  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    Refuse.unless(
        axis >= 0 && axis < g.shape(x).rank() && g.shape(x).dim(axis) == sampling.in(),
        this,
        "an extent of " + sampling.in() + " at axis " + axis,
        List.of(g.type(x)));
    Value matrix = g.values(Shape.of(sampling.out(), sampling.in()), matrix(), x);
    return g.emit(new AxisProduct(axis), x, matrix);
  }

  /** The weights, row by row: one row for each sample. */
  public double[] matrix() {
    double[] matrix = new double[sampling.out() * sampling.in()];
    double shrink = antialias ? Math.min(sampling.scale(), 1) : 1;
    int reach = (int) Math.ceil(kernel.radius / shrink);
    for (int i = 0; i < sampling.out(); i++) {
      double place = sampling.position(i);
      if (edge != Edge.ZERO || !sampling.isOutside(i)) {
        fillRow(matrix, i * sampling.in(), place, shrink, reach);
      }
    }
    return matrix;
  }

  private void fillRow(double[] matrix, int row, double place, double shrink, int reach) {
    int last = sampling.in() - 1;
    int base = (int) Math.floor(place);
    double sum = 0;
    for (int k = base - reach; k <= base + reach + 1; k++) {
      double weight = weight(Math.abs(shrink * (k - place)));
      if (edge == Edge.EXCLUDE && (k < 0 || k > last)) {
        continue;
      }
      matrix[row + Math.clamp(k, 0, last)] += weight;
      sum += weight;
    }
    for (int k = 0; k <= last; k++) {
      matrix[row + k] /= sum;
    }
  }

  private double weight(double t) {
    return switch (kernel) {
      case LINEAR -> Math.max(0, 1 - t);
      case CUBIC ->
          t <= 1
              ? ((a + 2) * t - (a + 3)) * t * t + 1
              : t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
    };
  }
}
