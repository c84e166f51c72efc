package whyc.op;

import java.util.List;

/** {@code y = x / (1 + |x|)}. */
public record Softsign() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.div(x, g.shift(g.abs(x), 1));
  }
}
