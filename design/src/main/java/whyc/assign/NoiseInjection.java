package whyc.assign;

/**
 * What the answer loses when one layer's output becomes noisy and all others stay exact.
 *
 * <pre>{@code
 * y'    = y + deviation * std(y) * z        z standard normal, std over one image's whole layer
 * score = mean of loss(x) - loss(x')        over images and draws
 * }</pre>
 *
 * (Gaussian noise per layer, Hanif et al. 2018; relative to the layer's range in Red-CaNe,
 * Marchisio et al. 2020.) The measure nearest to what an approximate multiplier does, but for the
 * shape of its error; it tells layers, not channels. Cost: draws evaluations of the model for each
 * image and each layer.
 *
 * @param deviation of the noise, as a part of the layer's own
 * @param draws how often each image is tried
 */
public record NoiseInjection(double deviation, int draws, Loss loss, long seed)
    implements Criticality {

  /** What is lost. */
  public enum Loss {
    /** The score of the class asked about less the largest other one. */
    MARGIN,
    /** 1 where the class asked about has the largest score, else 0. */
    ACCURACY
  }

  public NoiseInjection {
    if (!(deviation > 0) || Double.isInfinite(deviation) || draws < 1) {
      throw new IllegalArgumentException(
          "noise wants a deviation above 0 and at least one draw, got "
              + deviation
              + " and "
              + draws);
    }
  }

  /** Noise of a fifth of the layer's deviation, tried twice. */
  public static NoiseInjection of(long seed) {
    return new NoiseInjection(0.2, 2, Loss.MARGIN, seed);
  }

  @Override
  public String name() {
    return "noise injection";
  }
}
