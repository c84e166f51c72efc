package whyc.op;

import java.util.List;

/** {@code y = x where x > threshold, else 0} (Konda, Memisevic, Krueger 2015, eq. 6). */
public record ThresholdedRelu(double threshold) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.where(g.greater(x, g.scalar(threshold, x)), x, g.scalar(0, x));
  }
}
