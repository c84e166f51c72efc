package whyc.op;

import java.util.List;

/**
 * The logarithm of a sum of exponentials; the axes stay, with extent 1.
 *
 * <pre>{@code y = m + ln(sum of e^(x - m) over the axes)      m = largest x, rounded up}</pre>
 *
 * The result is the same for every m. Rounding it up makes it a constant to the derivative, which
 * is then the softmax and nothing more.
 */
public record LogSumExp(List<Integer> axes) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    int[] over = axes.stream().mapToInt(Integer::intValue).toArray();
    Value shift = g.emit(new Ceil(), g.maximum(x, over));
    return g.add(shift, g.log(g.sum(g.exp(g.sub(x, shift)), over)));
  }
}
