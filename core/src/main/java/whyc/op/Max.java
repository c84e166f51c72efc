package whyc.op;

/** The larger one; the derivative goes to {@code a} where {@code a > b}, else to {@code b}, so that a bound given second takes the tie. */
public record Max() implements Binary {
  @Override
  public double apply(double a, double b) {
    return Math.max(a, b);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value a = at.operand(0);
    Value b = at.operand(1);
    Value dy = at.cotangent();
    return g.sumTo(
        operand == 0
            ? g.where(g.greater(a, b), dy, g.zerosLike(dy))
            : g.where(g.greater(a, b), g.zerosLike(dy), dy),
        at.operand(operand));
  }
}
