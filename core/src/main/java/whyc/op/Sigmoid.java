package whyc.op;

/** {@code y = 1 / (1 + e^-x)}, {@code dx = dy * y * (1 - y)}. */
public record Sigmoid() implements Unary {
  @Override
  public double apply(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.mul(at.result(), g.shift(g.neg(at.result()), 1)));
  }
}
