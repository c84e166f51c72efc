package whyc.op;

/** {@code y = cos x}, {@code dx = -dy * sin x}. */
public record Cos() implements Unary {
  @Override
  public double apply(double x) {
    return Math.cos(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.neg(g.mul(at.cotangent(), g.emit(new Sin(), at.operand(0))));
  }
}
