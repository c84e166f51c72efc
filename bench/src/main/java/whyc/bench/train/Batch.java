package whyc.bench.train;

/**
 * Pictures for one step, as the network reads them.
 *
 * @param x normalized pictures [count, row, column, colour]
 * @param targets wished-for probabilities [count, class]
 */
record Batch(float[] x, float[] targets) {
  int count() {
    return targets.length / ImageSet.CLASSES;
  }
}
