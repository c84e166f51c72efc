package whyc.op;

/**
 * {@code y = a / b}, {@code da = dy / b}, {@code db = -dy * a / b^2}. Integers are cut off towards
 * zero.
 */
public record Div() implements Binary {
  @Override
  public double apply(double a, double b) {
    return a / b;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value a = at.operand(0);
    Value b = at.operand(1);
    Value dy = at.cotangent();
    return g.sumTo(
        operand == 0 ? g.div(dy, b) : g.neg(g.div(g.mul(dy, a), g.mul(b, b))), at.operand(operand));
  }
}
