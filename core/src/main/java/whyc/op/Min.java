package whyc.op;

/**
 * The smaller one; the derivative goes to {@code a} where {@code a < b}, else to {@code b}, so that
 * a bound given second takes the tie. Asked as {@code y < b}, since {@code a} need not be kept.
 */
public record Min() implements Binary {
  @Override
  public double apply(double a, double b) {
    return Math.min(a, b);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value b = at.operand(1);
    Value dy = at.cotangent();
    return g.sumTo(
        operand == 0
            ? g.where(g.greater(b, at.result()), dy, g.scalar(0, dy))
            : g.where(g.greater(b, at.result()), g.scalar(0, dy), dy),
        at.operand(operand));
  }
}
