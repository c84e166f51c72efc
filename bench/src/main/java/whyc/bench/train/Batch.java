package whyc.bench.train;

/** Pictures for one step, as the network reads them. */
final class Batch {
  private final float[] x;
  private final float[] targets;

  /**
   * Takes over both arrays.
   *
   * @param x normalized pictures [count, row, column, colour]
   * @param targets wished-for probabilities [count, class]
   */
  Batch(float[] x, float[] targets) {
    this.x = x;
    this.targets = targets;
  }

  float[] x() {
    return x;
  }

  float[] targets() {
    return targets;
  }

  int count() {
    return targets.length / ImageSet.CLASSES;
  }
}
