package whyc.bench.train;

/** How many of the pictures a network puts into the right class. */
record Accuracy(int correct, int count) {
  private static final int BATCH = 500;

  static Accuracy of(TorchNetwork torch, Weights weights, ImageSet set) {
    int correct = 0;
    for (int from = 0; from < set.count(); from += BATCH) {
      int to = Math.min(from + BATCH, set.count());
      float[] logits = torch.logits(weights, set.normalized(from, to));
      for (int i = from; i < to; i++) {
        correct += best(logits, i - from) == set.labels()[i] ? 1 : 0;
      }
    }
    return new Accuracy(correct, set.count());
  }

  double percent() {
    return 100.0 * correct / count;
  }

  private static int best(float[] logits, int picture) {
    int best = 0;
    for (int k = 1; k < ImageSet.CLASSES; k++) {
      int row = picture * ImageSet.CLASSES;
      best = logits[row + k] > logits[row + best] ? k : best;
    }
    return best;
  }
}
