package whyc.op;

/** {@code y = a - b}, {@code da = dy}, {@code db = -dy}. */
public record Sub() implements Binary {
  @Override
  public double apply(double a, double b) {
    return a - b;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value dy = at.cotangent();
    return g.sumTo(operand == 0 ? dy : g.neg(dy), at.operand(operand));
  }
}
