package whyc.architecture;

import java.util.function.BooleanSupplier;

/**
 * Trains a network step by step; equal recipes, pictures and starts give equal weights.
 *
 * @param pictures of the network's resolution
 */
record Trainer(TorchNetwork torch, Recipe recipe, Pictures pictures, Normalisation by) {
  private static final int TESTED_AT_ONCE = 250;

  /** A training that was asked to end before it was done. */
  static final class Stopped extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;
  }

  /**
   * Trains on.
   *
   * @param until the step before which it ends
   * @param stop asked before each step
   * @throws Stopped if it is told to
   */
  Checkpoint train(Checkpoint from, int until, BooleanSupplier stop) {
    Batches batches = new Batches(pictures, by, recipe);
    Weights weights = from.weights().copy();
    Weights average = from.average().copy();
    Weights velocity = from.velocity().copy();
    Descent descent = new Descent(torch.parameters(), velocity, recipe.momentum(), recipe.decay());
    for (int step = from.step(); step < until; step++) {
      if (stop.getAsBoolean()) {
        throw new Stopped();
      }
      TorchNetwork.Slope slope = torch.slope(weights, batches.at(step));
      descent.step(weights, slope.gradients(), recipe.rate(step));
      average.follow(weights, Recipe.averageDecay(step));
    }
    return new Checkpoint(Math.max(until, from.step()), weights, average, velocity);
  }

  /** The share of pictures that a network puts into the right class. */
  double accuracy(Weights weights, Pictures tested) {
    Batches batches = new Batches(tested, by, recipe);
    int right = 0;
    for (int from = 0; from < tested.size(); from += TESTED_AT_ONCE) {
      int to = Math.min(from + TESTED_AT_ONCE, tested.size());
      float[] logits = torch.logits(weights, batches.plain(from, to));
      for (int i = from; i < to; i++) {
        right += best(logits, i - from, tested.classes()) == tested.labels()[i] ? 1 : 0;
      }
    }
    return right / (double) tested.size();
  }

  private static int best(float[] logits, int row, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      best = logits[row * classes + k] > logits[row * classes + best] ? k : best;
    }
    return best;
  }
}
