package whyc.architecture;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network computed by PyTorch. The weights live in Java arrays; each call copies them in and out,
 * which is little beside a step, so that no state hides in the engine.
 */
final class TorchNetwork implements AutoCloseable {
  static final float EPSILON = 1e-5f;
  private static final float RUNNING_MOMENTUM = 0.9f;

  private final Architecture network;
  private final List<Unit> units;
  private final List<Parameter> parameters;
  private final NDManager manager;

  TorchNetwork(Architecture network) {
    Torch.obstacle()
        .ifPresent(why -> {
          throw new IllegalStateException(why);
        });
    this.network = network;
    this.units = network.units();
    this.parameters = network.parameters();
    this.manager = Engine.getEngine("PyTorch").newBaseManager();
  }

  Architecture network() {
    return network;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** Mean cross entropy of a batch, and its gradient for every trained parameter. */
  record Slope(float loss, List<float[]> gradients) {}

  /** How a network is looked at. */
  record Mode(boolean training, boolean gated) {
    static final Mode TRAINING = new Mode(true, false);
    static final Mode TESTING = new Mode(false, false);

    /** With a factor of 1 for each channel behind each unit, whose gradient is asked for. */
    static final Mode GATED = new Mode(true, true);
  }

  /**
   * A network with its weights as arrays of the engine.
   *
   * @param gates factors of 1 behind each unit, [n,c,1,1]; empty unless asked for
   */
  record Loaded(List<NDArray> tensors, Mode mode, List<NDArray> gates) {}

  /** Scores [n,classes] of prepared pictures [n,h,w,c]. */
  float[] logits(Weights weights, float[] x) {
    try (NDManager scope = manager.newSubManager()) {
      Torch.record(false);
      Loaded loaded = new Loaded(tensors(scope, weights), Mode.TESTING, List.of());
      return logits(loaded, pictures(scope, x)).toFloatArray();
    }
  }

  /** The slope at some weights, whose running statistics follow the batch as a side effect. */
  Slope slope(Weights weights, Batches.Batch batch) {
    try (NDManager scope = manager.newSubManager()) {
      Torch.record(true);
      List<NDArray> tensors = wanting(tensors(scope, weights));
      NDArray loss =
          entropy(new Loaded(tensors, Mode.TRAINING, List.of()), pictures(scope, batch.x()), batch);
      Torch.backward(loss);
      copyStatistics(tensors, weights);
      return new Slope(loss.getFloat(), gradients(scope, tensors));
    } finally {
      Torch.record(false);
    }
  }

  /** Arrays whose gradient is asked for, where they are trained. */
  List<NDArray> wanting(List<NDArray> tensors) {
    for (int t = 0; t < tensors.size(); t++) {
      tensors.get(t).setRequiresGradient(parameters.get(t).role().trained());
    }
    return tensors;
  }

  NDManager scope() {
    return manager.newSubManager();
  }

  NDArray entropy(Loaded loaded, NDArray x, Batches.Batch batch) {
    int count = batch.targets().length / network.classes();
    NDArray targets = x.getManager().create(batch.targets(), new Shape(count, network.classes()));
    return logits(loaded, x).logSoftmax(1).mul(targets).sum().neg().div(count);
  }

  private void copyStatistics(List<NDArray> tensors, Weights weights) {
    for (int t = 0; t < tensors.size(); t++) {
      if (!parameters.get(t).role().trained()) {
        float[] statistics = tensors.get(t).toFloatArray();
        System.arraycopy(statistics, 0, weights.get(t), 0, statistics.length);
      }
    }
  }

  /** Gradients that {@link Torch#backward} left; nothing for what is not trained. */
  List<float[]> gradients(NDManager scope, List<NDArray> tensors) {
    List<float[]> gradients = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      gradients.add(
          parameters.get(t).role().trained() ? gradient(scope, tensors.get(t)) : new float[0]);
    }
    return gradients;
  }

  static float[] gradient(NDManager scope, NDArray array) {
    NDArray gradient = array.getGradient();
    gradient.attach(scope);
    return gradient.toFloatArray();
  }

  List<NDArray> tensors(NDManager scope, Weights weights) {
    List<NDArray> tensors = new ArrayList<>();
    for (int t = 0; t < parameters.size(); t++) {
      long[] dims = parameters.get(t).shape().stream().mapToLong(Integer::longValue).toArray();
      tensors.add(scope.create(weights.get(t), new Shape(dims)));
    }
    return tensors;
  }

  /**
   * Channels come last in memory although the shape says [n,c,h,w]: PyTorch then keeps this layout
   * through the whole network, which is faster.
   */
  NDArray pictures(NDManager scope, float[] x) {
    int side = network.resolution();
    int count = x.length / (side * side * network.channels());
    return scope.create(x, new Shape(count, side, side, network.channels())).transpose(0, 3, 1, 2);
  }

  NDArray logits(Loaded loaded, NDArray x) {
    List<NDArray> tensors = loaded.tensors();
    Map<String, NDArray> values = new HashMap<>(Map.of(Architecture.INPUT, x));
    int t = 0;
    NDArray y = x;
    for (int u = 0; u < units.size(); u++) {
      int perUnit = Weights.PER_UNIT;
      y = unit(units.get(u), values, tensors.subList(t, t + perUnit), loaded.mode().training());
      y = loaded.gates().isEmpty() ? y : y.mul(loaded.gates().get(u));
      values.put(units.get(u).name(), y);
      t += perUnit;
    }
    NDArray features = y.mean(new int[] {3}).mean(new int[] {2});
    return features.matMul(tensors.get(t).transpose()).add(tensors.get(t + 1));
  }

  /** Factors of 1 for the units of a batch. */
  List<NDArray> gates(NDManager scope, int count) {
    List<NDArray> gates = new ArrayList<>();
    for (Unit u : units) {
      NDArray gate = scope.ones(new Shape(count, u.outputChannels(), 1, 1));
      gate.setRequiresGradient(true);
      gates.add(gate);
    }
    return gates;
  }

  private NDArray unit(
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
                unit.groups())
            .singletonOrThrow();
    NDArray normalised =
        BatchNorm.batchNorm(
                convolved,
                tensors.get(3),
                tensors.get(4),
                tensors.get(1),
                tensors.get(2),
                1,
                RUNNING_MOMENTUM,
                EPSILON,
                training)
            .singletonOrThrow();
    Optional<NDArray> addend = unit.addend().map(values::get);
    NDArray sum = addend.isPresent() ? normalised.add(addend.get()) : normalised;
    return unit.activated() ? activated(sum) : sum;
  }

  private NDArray activated(NDArray x) {
    NDArray positive = x.getNDArrayInternal().relu();
    return switch (network.activation()) {
      case RELU -> positive;
      case RELU6 -> NDArrays.minimum(positive, 6f);
    };
  }

  @Override
  public void close() {
    manager.close();
  }
}
