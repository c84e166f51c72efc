package whyc.op;

/**
 * Values kept within bounds.
 *
 * <pre>{@code
 * y = min(max(x, low), high)
 * dx = dy where low < y < high, else 0
 * }</pre>
 *
 * The derivative reads the result alone, as that of {@link Relu} does, so that what came before it
 * need not be kept; at a bound it is 0.
 */
public record Clip(double low, double high) implements Unary {
  @Override
  public double apply(double x) {
    return Math.min(Math.max(x, low), high);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value y = at.result();
    Value dx = at.cotangent();
    if (high < Double.POSITIVE_INFINITY) {
      dx = g.where(g.greater(g.scalar(high, y), y), dx, g.scalar(0, dx));
    }
    if (low == Double.NEGATIVE_INFINITY) {
      return dx;
    }
    return low == 0
        ? g.gate(y, dx)
        : g.where(g.greater(y, g.scalar(low, y)), dx, g.scalar(0, dx));
  }

  @Override
  public int operationsPerElement() {
    return 2;
  }
}
