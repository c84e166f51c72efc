package whyc.op;

/** {@code y = a^b}, {@code da = dy * b * a^(b-1)}, {@code db = dy * y * ln a}. */
public record Pow() implements Binary {
  @Override
  public double apply(double a, double b) {
    return Math.pow(a, b);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value a = at.operand(0);
    Value b = at.operand(1);
    Value dy = at.cotangent();
    return g.sumTo(
        operand == 0
            ? g.mul(dy, g.mul(b, g.emit(new Pow(), a, g.shift(b, -1))))
            : g.mul(dy, g.mul(at.result(), g.log(a))),
        at.operand(operand));
  }
}
