package whyc.explain;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import whyc.refusal.RefusedArgument;

/**
 * Where an integral over [0,1] is sampled, and how much each sample counts.
 *
 * <pre>{@code integral of f = sum_k weight[k] * f(place[k])     k = 0 .. n-1}</pre>
 */
public enum PathRule {
  /**
   * The zeros of the Legendre polynomial of degree n: exact for polynomials up to degree 2n - 1.
   */
  GAUSS_LEGENDRE,
  /** {@code k/n}, each 1/n. */
  LEFT,
  /** {@code (k+1)/n}, each 1/n. */
  RIGHT,
  /** {@code (k+1/2)/n}, each 1/n. */
  MIDDLE,
  /** {@code k/(n-1)}, both ends included: each 1/(n-1), the ends half of that. */
  TRAPEZOID,
  /** As {@link #TRAPEZOID} with 1/n in place of 1/(n-1): weights sum to (n-1)/n, as captum's do. */
  TRAPEZOID_OVER_N,
  /** {@code k/(n-1)}, both ends included, each 1/n: a plain mean. */
  MEAN;

  /** Ordinary names for the command line: lower case, hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static PathRule parse(String text) {
    return Arrays.stream(values())
        .filter(r -> r.text().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "a rule wants to be one of "
                    + Arrays.stream(values()).map(PathRule::text).collect(Collectors.joining(", "))
                    + ", got "
                    + text));
  }

  /** Where sample {@code k} of {@code n} lies; ascending in {@code k}. */
  public double place(int k, int n) {
    return switch (this) {
      case GAUSS_LEGENDRE -> Legendre.zero(k, n).place();
      case LEFT -> (double) k / n;
      case RIGHT -> (k + 1.0) / n;
      case MIDDLE -> (k + 0.5) / n;
      case TRAPEZOID, TRAPEZOID_OVER_N, MEAN -> (double) k / (n - 1);
    };
  }

  /** How much sample {@code k} of {@code n} counts. */
  double weight(int k, int n) {
    double half = k == 0 || k == n - 1 ? 0.5 : 1;
    return switch (this) {
      case GAUSS_LEGENDRE -> Legendre.zero(k, n).weight();
      case LEFT, RIGHT, MIDDLE, MEAN -> 1.0 / n;
      case TRAPEZOID -> half / (n - 1);
      case TRAPEZOID_OVER_N -> half / n;
    };
  }

  /** The least number of samples: both ends, where they are included. */
  public int least() {
    return switch (this) {
      case GAUSS_LEGENDRE, LEFT, RIGHT, MIDDLE -> 1;
      case TRAPEZOID, TRAPEZOID_OVER_N, MEAN -> 2;
    };
  }

  /** A zero of a Legendre polynomial and its weight, moved from [-1,1] to [0,1]. */
  private record Legendre(double place, double weight) {
    private static final int MAX_ROUNDS = 100;

    /**
     * Newton's method on the polynomial of degree {@code n}, from Tricomi's estimate of each zero
     * (Abramowitz and Stegun 1964, 22.16.6 and 25.4.30).
     */
    static Legendre zero(int k, int n) {
      double x = -StrictMath.cos(Math.PI * (k + 0.75) / (n + 0.5));
      double slope = 0;
      double step = 1;
      for (int round = 0; round < MAX_ROUNDS && Math.abs(step) > 1e-15; round++) {
        double last = 1;
        double value = x;
        for (int degree = 2; degree <= n; degree++) {
          double next = ((2 * degree - 1) * x * value - (degree - 1) * last) / degree;
          last = value;
          value = next;
        }
        slope = n * (x * value - last) / (x * x - 1);
        step = value / slope;
        x -= step;
      }
      return new Legendre((1 + x) / 2, 1 / ((1 - x * x) * slope * slope));
    }
  }
}
