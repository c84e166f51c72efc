package whyc.op;

import java.util.List;

/** {@code y = sign(x) * ln(|x| + sqrt(x^2 + 1))}: without cancellation for negative x. */
public record Asinh() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    Value size = g.abs(x);
    return g.mul(g.sign(x), g.log(g.add(size, g.sqrt(g.shift(g.square(x), 1)))));
  }
}
