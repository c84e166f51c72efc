package whyc.op;

/** The largest integer not above x; flat, so without a derivative. */
public record Floor() implements Unary {
  @Override
  public double apply(double x) {
    return Math.floor(x);
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
