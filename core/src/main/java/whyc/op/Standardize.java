package whyc.op;

import java.util.List;

/**
 * Mean 0 and variance 1 over some axes: the heart of instance, layer and group normalisation.
 *
 * <pre>{@code y = (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon)}</pre>
 *
 * (Ba, Kiros, Hinton 2016, eq. 3 and 4.)
 */
public record Standardize(List<Integer> axes, double epsilon) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    int[] over = axes.stream().mapToInt(Integer::intValue).toArray();
    Value centred = g.sub(x, g.mean(x, over));
    Value variance = g.mean(g.square(centred), over);
    return g.div(centred, g.sqrt(g.shift(variance, epsilon)));
  }
}
