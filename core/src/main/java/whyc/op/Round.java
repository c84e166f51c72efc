package whyc.op;

/** The nearest integer, ties to even; flat, so without a derivative. */
public record Round() implements Unary {
  @Override
  public double apply(double x) {
    return Math.rint(x);
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
