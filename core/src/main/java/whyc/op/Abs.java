package whyc.op;

/** {@code y = |x|}, {@code dx = dy * sign(x)}. */
public record Abs() implements Unary {
  @Override
  public double apply(double x) {
    return Math.abs(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.mul(at.cotangent(), g.sign(at.operand(0)));
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
