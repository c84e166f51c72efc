package whyc.op;

import java.util.List;

/** {@code y = ln(x + sqrt(x^2 - 1))}, for x from 1 on. */
public record Acosh() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.log(g.add(x, g.sqrt(g.shift(g.square(x), -1))));
  }
}
