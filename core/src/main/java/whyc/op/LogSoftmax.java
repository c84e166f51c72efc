package whyc.op;

import java.util.List;

/** {@code y = x - ln(sum of e^x along the axis)}. */
public record LogSoftmax(int axis) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    return g.sub(x, g.emit(new LogSumExp(List.of(axis)), x));
  }
}
