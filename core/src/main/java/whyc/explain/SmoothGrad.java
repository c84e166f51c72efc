package whyc.explain;

import java.util.List;
import whyc.op.Emit;
import whyc.op.Value;

/**
 * The mean gradient of noisy copies of the image.
 *
 * <pre>{@code
 * R = 1/n sum_k dY/dx(x + e[k])      e[k] normal with deviation s     (Smilkov et al. 2017, section 3.1)
 * R = 1/n sum_k dY/dx(x + e[k])^2    squared                          (Hooker et al. 2019, section 3)
 * }</pre>
 *
 * Less noisy to look at than {@link Saliency}: what the gradient is around the image, not at it.
 * The class is that of the image without noise.
 *
 * @param samples number of noisy copies
 * @param squared whether gradients are squared before the mean is taken
 * @param pointsPerRun see {@link Accumulated}
 */
public record SmoothGrad(int samples, Noise noise, boolean squared, int pointsPerRun)
    implements NoiseExplanation {
  public SmoothGrad {
    NoiseExplanation.check(samples, 1, pointsPerRun);
  }

  @Override
  public String name() {
    return squared ? "smoothgradsquared" : "smoothgrad";
  }

  @Override
  public boolean isSigned() {
    return !squared;
  }

  @Override
  public List<String> sums() {
    return List.of(ATTRIBUTION);
  }

  @Override
  public List<Value> terms(Draft d, Value gradients, Value weights) {
    Value terms = squared ? d.g.square(gradients) : gradients;
    return List.of(NoiseExplanation.sum(d, terms, weights));
  }

  @Override
  public Value finish(Emit g, List<Value> sums) {
    return sums.getFirst();
  }
}
