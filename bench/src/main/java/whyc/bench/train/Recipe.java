package whyc.bench.train;

/**
 * How long and how boldly to train.
 *
 * @param peakRate the highest learning rate; it is reached after {@code warmUpEpochs}
 * @param averageDecay share of the old value that the moving average of the weights keeps a step
 * @param validationCount training pictures kept aside to watch the training
 */
record Recipe(
    int epochs,
    int batchSize,
    float peakRate,
    float warmUpEpochs,
    float momentum,
    float weightDecay,
    float averageDecay,
    Augmentation augmentation,
    int validationCount,
    long seed) {

  static Recipe standard(int epochs) {
    return new Recipe(
        epochs, 128, 0.1f, 4, 0.9f, 3e-4f, 0.998f, new Augmentation(4, 0.05f), 2_000, 20_240_607);
  }

  /**
   * Learning rate after so many epochs, fractions included: a line up, then half a cosine wave down
   * to 0 (Loshchilov and Hutter 2017, eq. 5).
   */
  float rate(double epoch) {
    if (epoch < warmUpEpochs) {
      return (float) (peakRate * epoch / warmUpEpochs);
    }
    double progress = (epoch - warmUpEpochs) / (epochs - warmUpEpochs);
    return (float) (peakRate * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}
