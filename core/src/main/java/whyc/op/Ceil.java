package whyc.op;

/** The smallest integer not below x; flat, so without a derivative. */
public record Ceil() implements Unary {
  @Override
  public double apply(double x) {
    return Math.ceil(x);
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
