package whyc.op;

import java.util.List;

/** {@code y = x * sigmoid(alpha * x)} (Ramachandran, Zoph, Le 2017); SiLU where alpha is 1. */
public record Swish(double alpha) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.mul(x, g.sigmoid(alpha == 1 ? x : g.scale(x, alpha)));
  }
}
