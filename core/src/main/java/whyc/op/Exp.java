package whyc.op;

/** {@code y = e^x}, {@code dx = dy * y}. */
public record Exp() implements Unary {
  @Override
  public double apply(double x) {
    return Math.exp(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), at.result());
  }
}
