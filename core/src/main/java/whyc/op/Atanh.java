package whyc.op;

import java.util.List;

/** {@code y = ln((1 + x) / (1 - x)) / 2}. */
public record Atanh() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.scale(g.log(g.div(g.shift(x, 1), g.shift(g.neg(x), 1))), 0.5);
  }
}
