package whyc.op;

import java.util.List;

/** {@code y = min(max(slope * x + offset, 0), 1)} (Courbariaux et al. 2015, eq. 4). */
public record HardSigmoid(double slope, double offset) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.emit(new Clip(0, 1), g.shift(g.scale(x, slope), offset));
  }
}
