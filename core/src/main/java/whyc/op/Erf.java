package whyc.op;

/**
 * The error function, {@code y = 2/sqrt(pi) * integral of e^-t^2 from 0 to x}, {@code dx = dy *
 * 2/sqrt(pi) * e^-x^2}.
 */
public record Erf() implements Unary {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  /**
   * Up to |x| = 3 the Kummer series (Abramowitz and Stegun 7.1.6), whose terms are all positive;
   * beyond it the continued fraction of the complement (7.1.14). Relative error below 1e-15.
   */
  @Override
  public double apply(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a > 6) {
      return Math.signum(x);
    }
    if (a > 3) {
      double fraction = a;
      for (int k = 60; k >= 1; k--) {
        fraction = a + k / 2.0 / fraction;
      }
      return Math.signum(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
    }
    double term = a;
    double sum = a;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * a * a / (2 * n + 1);
      sum += term;
    }
    return Math.signum(x) * TWO_OVER_ROOT_PI * Math.exp(-a * a) * sum;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value gaussian = g.exp(g.neg(g.square(at.operand(0))));
    return g.mul(at.cotangent(), g.scale(gaussian, TWO_OVER_ROOT_PI));
  }
}
