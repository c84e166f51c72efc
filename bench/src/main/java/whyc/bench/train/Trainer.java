package whyc.bench.train;

import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Trains a network epoch by epoch; equal recipes and pictures give equal weights. */
record Trainer(ResidualNetwork network, TorchNetwork torch, Recipe recipe) {

  /** Where a training starts. */
  Checkpoint start() {
    Weights weights = Weights.initial(network, random(0));
    return new Checkpoint(0, weights, weights.copy(), Weights.zeros(network));
  }

  /** A checkpoint with one more epoch, and the mean loss on the way. */
  record Epoch(Checkpoint checkpoint, double loss) {}

  /** One pass over all pictures; the last ones that do not fill a batch are left out. */
  Epoch epoch(Checkpoint from, ImageSet pictures) {
    // Seeded per epoch, so that a training that goes on from a file draws what it would have drawn.
    RandomGenerator random = random(from.epoch() + 1);
    int[] order = shuffled(pictures.count(), random);
    int steps = order.length / recipe.batchSize();
    Weights weights = from.weights().copy();
    Weights average = from.average().copy();
    Weights velocity = from.velocity().copy();
    NesterovDescent descent =
        new NesterovDescent(
            network.parameters(), velocity, recipe.momentum(), recipe.weightDecay());
    double loss = 0;
    var next = batch(pictures, order, 0, random);
    for (int step = 0; step < steps; step++) {
      Batch batch = next.join();
      if (step + 1 < steps) {
        next = batch(pictures, order, step + 1, random);
      }
      TorchNetwork.Slope slope = torch.slope(weights, batch);
      float rate = recipe.rate(from.epoch() + (double) step / steps);
      descent.step(weights, slope.gradients(), rate);
      average.follow(weights, recipe.averageDecay());
      loss += slope.loss() / steps;
    }
    return new Epoch(new Checkpoint(from.epoch() + 1, weights, average, velocity), loss);
  }

  /** The batch of a step, made on another core while this one trains. */
  private CompletableFuture<Batch> batch(
      ImageSet pictures, int[] order, int step, RandomGenerator random) {
    int from = step * recipe.batchSize();
    return CompletableFuture.supplyAsync(() ->
        recipe.augmentation().batch(pictures, order, from, from + recipe.batchSize(), random));
  }

  private RandomGenerator random(int epoch) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(recipe.seed() + epoch);
  }

  /** Fisher and Yates: every order is equally likely. */
  private static int[] shuffled(int count, RandomGenerator random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
}
