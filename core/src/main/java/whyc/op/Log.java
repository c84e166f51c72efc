package whyc.op;

/** {@code y = ln x}, {@code dx = dy / x}. */
public record Log() implements Unary {
  @Override
  public double apply(double x) {
    return Math.log(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.div(at.cotangent(), at.operand(0));
  }
}
