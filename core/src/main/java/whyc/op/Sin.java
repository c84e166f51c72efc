package whyc.op;

/** {@code y = sin x}, {@code dx = dy * cos x}. */
public record Sin() implements Unary {
  @Override
  public double apply(double x) {
    return Math.sin(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.emit(new Cos(), at.operand(0)));
  }
}
