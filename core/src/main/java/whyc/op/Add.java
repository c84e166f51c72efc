package whyc.op;

/**
 * {@code y = a + b}, {@code da = dy}, {@code db = dy}, each summed over the axes it was repeated
 * along.
 */
public record Add() implements Binary {
  @Override
  public double apply(double a, double b) {
    return a + b;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.sumTo(at.cotangent(), at.operand(operand));
  }
}
