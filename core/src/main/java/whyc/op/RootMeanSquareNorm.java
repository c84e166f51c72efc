package whyc.op;

import java.util.List;

/** {@code y = x / sqrt(mean(x^2) + epsilon)} over some axes (Zhang and Sennrich 2019, eq. 4). */
public record RootMeanSquareNorm(List<Integer> axes, double epsilon) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    int[] over = axes.stream().mapToInt(Integer::intValue).toArray();
    return g.div(x, g.sqrt(g.shift(g.mean(g.square(x), over), epsilon)));
  }
}
