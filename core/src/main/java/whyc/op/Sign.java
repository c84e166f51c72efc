package whyc.op;

/** {@code y = -1, 0 or 1}; flat, so without a derivative. */
public record Sign() implements Unary {
  @Override
  public double apply(double x) {
    return Math.signum(x);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException(name() + " has no derivative");
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
