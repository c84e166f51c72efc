package whyc.op;

/** {@code y = cosh x}, {@code dx = dy * sinh x}. */
public record Cosh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.cosh(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.emit(new Sinh(), at.operand(0)));
  }
}
