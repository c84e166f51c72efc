package whyc.op;

import java.util.List;

/** {@code y = gamma * elu(x)} (Klambauer et al. 2017, eq. 2). */
public record Selu(double alpha, double gamma) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.scale(g.emit(new Elu(alpha), x), gamma);
  }
}
