package whyc.op;

/** {@code y = tan x}, {@code dx = dy * (1 + y^2)}. */
public record Tan() implements Unary {
  @Override
  public double apply(double x) {
    return Math.tan(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.shift(g.mul(at.result(), at.result()), 1));
  }
}
