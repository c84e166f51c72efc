package whyc.op;

/** {@code y = sqrt(x)}, {@code dx = dy / (2 y)}. */
public record Sqrt() implements Unary {
  @Override
  public double apply(double x) {
    return Math.sqrt(x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.div(at.cotangent(), g.scale(at.result(), 2));
  }

  @Override
  public int operationsPerElement() {
    return 4;
  }
}
