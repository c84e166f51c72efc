package whyc.op;

/** {@code y = ln(1 + e^x)}, written so that it does not overflow; {@code dx = dy * sigmoid(x)}. */
public record Softplus() implements Unary {
  @Override
  public double apply(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.sigmoid(at.operand(0)));
  }
}
