package whyc.op;

/** {@code y = arctan x}, {@code dx = dy / (1 + x^2)}. */
public record Atan() implements Unary {
  @Override
  public double apply(double x) {
    return Math.atan(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.div(at.cotangent(), g.shift(g.mul(at.operand(0), at.operand(0)), 1));
  }
}
