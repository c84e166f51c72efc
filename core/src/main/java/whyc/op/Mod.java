package whyc.op;

/**
 * The remainder of a division.
 *
 * @param truncated whether the remainder has the sign of {@code a}, as in C, or of {@code b}, as in
 *     Python
 */
public record Mod(boolean truncated) implements Binary {
  @Override
  public double apply(double a, double b) {
    return truncated ? a % b : a - Math.floor(a / b) * b;
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException("Mod has no derivative");
  }
}
