package whyc.architecture;

/**
 * How long and how boldly to train.
 *
 * @param steps of the whole training
 * @param batch pictures of a step
 * @param peakRate the highest learning rate
 * @param decay of weights
 * @param smoothing probability taken from the true class and spread over all (Szegedy et al. 2016)
 * @param mirrors whether every other picture is mirrored: not for letters and digits
 * @param shift of pictures by up to this share of their side
 */
public record Recipe(
    int steps,
    int batch,
    float peakRate,
    float momentum,
    float decay,
    float smoothing,
    boolean mirrors,
    double shift,
    long seed) {

  /** Share of the steps in which the rate grows. */
  private static final double WARM_UP = 0.1;

  public Recipe {
    if (steps < 1 || batch < 2) {
      throw new IllegalArgumentException(
          "a recipe wants at least 1 step and batches of at least 2, got %d and %d"
              .formatted(steps, batch));
    }
  }

  /** The usual one. */
  public static Recipe of(int steps, int batch, boolean mirrors, long seed) {
    return new Recipe(steps, batch, 0.1f, 0.9f, 3e-4f, 0.05f, mirrors, 0.1, seed);
  }

  public Recipe withSteps(int other) {
    return new Recipe(other, batch, peakRate, momentum, decay, smoothing, mirrors, shift, seed);
  }

  /**
   * Learning rate of a step: a line up, then half a cosine wave down to 0 (Loshchilov and Hutter
   * 2017, eq. 5).
   */
  float rate(int step) {
    double at = (step + 0.5) / steps;
    double share =
        at < WARM_UP
            ? at / WARM_UP
            : 0.5 * (1 + Math.cos(Math.PI * (at - WARM_UP) / (1 - WARM_UP)));
    return (float) (peakRate * share);
  }

  /**
   * Share of the old value that the moving average of the weights keeps in a step: little at first,
   * so that a short training does not remember where it began.
   */
  static float averageDecay(int step) {
    return Math.min(0.998f, (1f + step) / (10f + step));
  }
}
