package whyc.op;

/** {@code y = arccos x}, {@code dx = -dy / sqrt(1 - x^2)}. */
public record Acos() implements Unary {
  @Override
  public double apply(double x) {
    return Math.acos(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.neg(
        g.div(at.cotangent(), g.sqrt(g.shift(g.neg(g.mul(at.operand(0), at.operand(0))), 1))));
  }
}
