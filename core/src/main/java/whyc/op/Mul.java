package whyc.op;

/** {@code y = a * b}, {@code da = dy * b}, {@code db = dy * a}. */
public record Mul() implements Binary {
  @Override
  public double apply(double a, double b) {
    return a * b;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value a = at.operand(0);
    Value b = at.operand(1);
    Value dy = at.cotangent();
    return g.sumTo(operand == 0 ? g.mul(dy, b) : g.mul(dy, a), at.operand(operand));
  }
}
