package whyc.op;

/**
 * The remainder of a division, {@code y = a - q * b} with a whole {@code q}; {@code da = dy},
 * {@code db = -dy * q} between the jumps.
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
  public Value vjp(Emit g, Site at, int operand) {
    Value dy = at.cotangent();
    if (operand == 0) {
      return g.sumTo(dy, at.operand(0));
    }
    Value quotient = g.div(g.sub(at.operand(0), at.result()), at.operand(1));
    return g.sumTo(g.neg(g.mul(dy, quotient)), at.operand(1));
  }
}
