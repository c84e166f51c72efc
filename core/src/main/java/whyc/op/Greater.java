package whyc.op;

/** Whether {@code a > b}. */
public record Greater() implements Binary {
  @Override
  public double apply(double a, double b) {
    return a > b ? 1 : 0;
  }

  @Override
  public boolean isPredicate() {
    return true;
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException(name() + " has no derivative");
  }
}
