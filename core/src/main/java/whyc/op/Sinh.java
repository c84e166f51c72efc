package whyc.op;

/** {@code y = sinh x}, {@code dx = dy * cosh x}. */
public record Sinh() implements Unary {
  @Override
  public double apply(double x) {
    return Math.sinh(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.emit(new Cosh(), at.operand(0)));
  }
}
