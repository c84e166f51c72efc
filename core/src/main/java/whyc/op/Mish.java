package whyc.op;

import java.util.List;

/** {@code y = x * tanh(ln(1 + e^x))} (Misra 2019). */
public record Mish() implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.mul(x, g.tanh(g.emit(new Softplus(), x)));
  }
}
