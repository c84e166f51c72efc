package whyc.explain;

import java.util.List;
import whyc.op.Emit;
import whyc.op.Value;

/**
 * The variance of the gradients of noisy copies of the image.
 *
 * <pre>{@code
 * R = 1/n sum_k g[k]^2 - (1/n sum_k g[k])^2      g[k] = dY/dx(x + e[k])
 *                                                (Adebayo et al. 2018, local explanation methods, section 2)
 * }</pre>
 *
 * Where the gradient does not depend on where exactly one looks, the variance is small: it shows
 * the places at which the network's decisions bend. Never negative: rounding below 0 is cut off.
 *
 * @param samples number of noisy copies
 * @param pointsPerRun see {@link Accumulated}
 */
public record VarGrad(int samples, Noise noise, int pointsPerRun) implements NoiseExplanation {
  private static final String SQUARES = "squares";

  public VarGrad {
    NoiseExplanation.check(samples, 2, pointsPerRun);
  }

  @Override
  public String name() {
    return "vargrad";
  }

  @Override
  public boolean isSigned() {
    return false;
  }

  @Override
  public List<String> sums() {
    return List.of(ATTRIBUTION, SQUARES);
  }

  @Override
  public List<Value> terms(Draft d, Value gradients, Value weights) {
    return List.of(
        NoiseExplanation.sum(d, gradients, weights),
        NoiseExplanation.sum(d, d.g.square(gradients), weights));
  }

  @Override
  public Value finish(Emit g, List<Value> sums) {
    return g.relu(g.sub(sums.get(1), g.square(sums.get(0))));
  }
}
