package whyc.op;

import java.util.List;

/**
 * Pulls values towards zero, and small ones to zero.
 *
 * <pre>{@code
 * y = x + bias where x < -threshold,  x - bias where x > threshold,  else 0
 * }</pre>
 */
public record Shrink(double threshold, double bias) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    Value zero = g.scalar(0, x);
    Value low = g.where(g.greater(g.scalar(-threshold, x), x), g.shift(x, bias), zero);
    return g.where(g.greater(x, g.scalar(threshold, x)), g.shift(x, -bias), low);
  }
}
