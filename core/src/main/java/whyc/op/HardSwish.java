package whyc.op;

import java.util.List;

/** {@code y = x * min(max(x / 6 + 1/2, 0), 1)} (Howard et al. 2019, section 5.2). */
public record HardSwish() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.mul(x, g.emit(new HardSigmoid(1.0 / 6, 0.5), x));
  }
}
