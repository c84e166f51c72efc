package whyc.op;

/**
 * {@code y = max(x, 0)}, {@code dx = dy where y > 0}; the derivative at 0 is 0, as in every
 * framework.
 */
public record Relu() implements Unary {
  @Override
  public double apply(double x) {
    return Math.max(x, 0);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.gate(at.result(), at.cotangent());
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
