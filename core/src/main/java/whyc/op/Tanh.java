package whyc.op;

/** {@code y = tanh x}, {@code dx = dy * (1 - y^2)}. */
public record Tanh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.tanh(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.shift(g.neg(g.mul(at.result(), at.result())), 1));
  }
}
