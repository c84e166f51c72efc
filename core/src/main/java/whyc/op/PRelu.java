package whyc.op;

import java.util.List;

/**
 * {@code y = max(x, 0) - slope * max(-x, 0)}, with a slope that broadcasts to x (He et al. 2015,
 * eq. 1).
 */
public record PRelu() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Refuse.unless(
        operands.size() == 2
            && g.type(operands.get(0)).element().isFloating()
            && g.shape(operands.get(1)).broadcastsTo(g.shape(operands.get(0))),
        this,
        "real numbers and a slope that broadcasts to them",
        operands.stream().map(g::type).toList());
    Value x = operands.get(0);
    return g.sub(g.relu(x), g.mul(operands.get(1), g.relu(g.neg(x))));
  }
}
