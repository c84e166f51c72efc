package whyc.op;

import java.util.List;

/** {@code y = max(x, 0) - slope * max(-x, 0)} (Maas, Hannun, Ng 2013). */
public record LeakyRelu(double slope) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.sub(g.relu(x), g.scale(g.relu(g.neg(x)), slope));
  }
}
