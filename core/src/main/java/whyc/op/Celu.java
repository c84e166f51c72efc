package whyc.op;

import java.util.List;

/** {@code y = max(x, 0) + alpha * (e^(min(x, 0) / alpha) - 1)} (Barron 2017, eq. 2). */
public record Celu(double alpha) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    Value below = g.neg(g.relu(g.neg(x)));
    return g.add(g.relu(x), g.scale(g.shift(g.exp(g.scale(below, 1 / alpha)), -1), alpha));
  }
}
