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
 * need not be kept; at a bound it is 0. Between two bounds the product of the distances is
 * positive, which is one condition instead of two.
 */
public record Clip(double low, double high) implements Unary {
  @Override
  public double apply(double x) {
    return Math.min(Math.max(x, low), high);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value y = at.result();
    Value fromLow = low == 0 ? y : g.shift(y, -low);
    Value toHigh = g.sub(g.scalar(high, y), y);
    if (low == Double.NEGATIVE_INFINITY) {
      return high == Double.POSITIVE_INFINITY ? at.cotangent() : g.gate(toHigh, at.cotangent());
    }
    Value inside = high == Double.POSITIVE_INFINITY ? fromLow : g.mul(fromLow, toHigh);
    return g.gate(inside, at.cotangent());
  }

  @Override
  public int operationsPerElement() {
    return 2;
  }
}
