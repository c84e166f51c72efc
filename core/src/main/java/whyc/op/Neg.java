package whyc.op;

/** {@code y = -x}, {@code dx = -dy}. */
public record Neg() implements Unary {
  @Override
  public double apply(double x) {
    return -x;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.neg(at.cotangent());
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
