package whyc.op;

/** Whether just one holds. */
public record Xor() implements Binary {
  @Override
  public double apply(double a, double b) {
    return (a != 0) != (b != 0) ? 1 : 0;
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
