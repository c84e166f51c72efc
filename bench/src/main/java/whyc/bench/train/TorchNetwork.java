package whyc.bench.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A residual network computed by PyTorch through DJL. The weights live in Java arrays; each call
 * copies them in and out (0.3 MB, little beside a step), so that no state hides in the engine.
 */
final class TorchNetwork implements AutoCloseable {
  private static final float RUNNING_MOMENTUM = 0.9f;

  private final ResidualNetwork network;
  private final List<Parameter> parameters;
  private final NDManager manager = NDManager.newBaseManager();

  TorchNetwork(ResidualNetwork network) {
    this.network = network;
    this.parameters = network.parameters();
  }

  /** Mean cross entropy of a batch, and its gradient for every trained parameter. */
  record Slope(float loss, List<float[]> gradients) {}

  /** Scores [count, class] of normalized pictures [count, row, column, colour]. */
  float[] logits(Weights weights, float[] x) {
    try (NDManager scope = manager.newSubManager()) {
      return logits(tensors(scope, weights), pictures(scope, x), false).toFloatArray();
    }
  }

  /** The slope at {@code weights}, whose running statistics follow the batch as a side effect. */
  Slope slope(Weights weights, Batch batch) {
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> tensors = tensors(scope, weights);
      for (int t = 0; t < tensors.size(); t++) {
        tensors.get(t).setRequiresGradient(parameters.get(t).role().trained());
      }
      NDArray targets = scope.create(batch.targets(), new Shape(batch.count(), ImageSet.CLASSES));
      float loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray logits = logits(tensors, pictures(scope, batch.x()), true);
        NDArray entropy = logits.logSoftmax(1).mul(targets).sum().neg().div(batch.count());
        collector.backward(entropy);
        loss = entropy.getFloat();
      }
      return new Slope(loss, readBack(scope, tensors, weights));
    }
  }

  private List<float[]> readBack(NDManager scope, List<NDArray> tensors, Weights weights) {
    List<float[]> gradients = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      if (parameters.get(t).role().trained()) {
        NDArray gradient = tensors.get(t).getGradient();
        gradient.attach(scope);
        gradients.add(gradient.toFloatArray());
      } else {
        float[] statistics = tensors.get(t).toFloatArray();
        System.arraycopy(statistics, 0, weights.get(t), 0, statistics.length);
        gradients.add(new float[0]);
      }
    }
    return gradients;
  }

  private List<NDArray> tensors(NDManager scope, Weights weights) {
    List<NDArray> tensors = new ArrayList<>();
    for (int t = 0; t < parameters.size(); t++) {
      long[] dims = parameters.get(t).shape().stream().mapToLong(Integer::longValue).toArray();
      tensors.add(scope.create(weights.get(t), new Shape(dims)));
    }
    return tensors;
  }

  /**
   * Channels come last in memory although the shape says [count, colour, row, column]: PyTorch then
   * keeps this layout through the whole network, which is a third faster here than the other one.
   */
  private static NDArray pictures(NDManager scope, float[] x) {
    int count = x.length / ImageSet.VOLUME;
    return scope
        .create(x, new Shape(count, ImageSet.SIDE, ImageSet.SIDE, ImageSet.COLOURS))
        .transpose(0, 3, 1, 2);
  }

  private NDArray logits(List<NDArray> tensors, NDArray x, boolean training) {
    Map<String, NDArray> values = new HashMap<>(Map.of(ResidualNetwork.INPUT, x));
    int t = 0;
    NDArray y = x;
    for (Unit unit : network.units()) {
      int perUnit = unit.parameters().size();
      y = unit(unit, values, tensors.subList(t, t + perUnit), training);
      values.put(unit.name(), y);
      t += perUnit;
    }
    NDArray features = y.mean(new int[] {3}).mean(new int[] {2});
    return features.matMul(tensors.get(t).transpose()).add(tensors.get(t + 1));
  }

  private static NDArray unit(
      Unit unit, Map<String, NDArray> values, List<NDArray> tensors, boolean training) {
    int padding = unit.kernel() / 2;
    NDArray convolved =
        Conv2d.conv2d(
                values.get(unit.input()),
                tensors.get(0),
                null,
                new Shape(unit.stride(), unit.stride()),
                new Shape(padding, padding),
                new Shape(1, 1),
                1)
            .singletonOrThrow();
    NDArray normalized =
        BatchNorm.batchNorm(
                convolved,
                tensors.get(3),
                tensors.get(4),
                tensors.get(1),
                tensors.get(2),
                1,
                RUNNING_MOMENTUM,
                ResidualNetwork.BATCH_NORM_EPSILON,
                training)
            .singletonOrThrow();
    NDArray sum = unit.addend().map(values::get).map(normalized::add).orElse(normalized);
    return unit.relu() ? sum.getNDArrayInternal().relu() : sum;
  }

  @Override
  public void close() {
    manager.close();
  }
}
