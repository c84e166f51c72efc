package whyc.op;

import java.util.List;

/** {@code y = max(x, 0) + alpha * (e^min(x, 0) - 1)} (Clevert et al. 2016, eq. 16). */
public record Elu(double alpha) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    Value below = g.neg(g.relu(g.neg(x)));
    return g.add(g.relu(x), g.scale(g.shift(g.exp(below), -1), alpha));
  }
}
