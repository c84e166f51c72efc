package whyc.architecture;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One array of values for each parameter of a network, in the network's order.
 *
 * @param tensors row-major; those who train write to them
 */
record Weights(List<float[]> tensors) {
  /** Tensors of a unit: see {@link Unit#parameters}. */
  static final int PER_UNIT = 5;

  Weights {
    tensors = List.copyOf(tensors);
  }

  static Weights initial(Architecture network, RandomGenerator random) {
    return new Weights(network.parameters().stream().map(p -> p.initial(random)).toList());
  }

  static Weights zeros(Architecture network) {
    return new Weights(network.parameters().stream().map(p -> new float[p.size()]).toList());
  }

  Weights copy() {
    return new Weights(tensors.stream().map(float[]::clone).toList());
  }

  float[] get(int index) {
    return tensors.get(index);
  }

  /** Moves each value to {@code decay * value + (1 - decay) * other}. */
  void follow(Weights other, float decay) {
    for (int t = 0; t < tensors.size(); t++) {
      float[] mine = tensors.get(t);
      float[] theirs = other.get(t);
      for (int i = 0; i < mine.length; i++) {
        mine[i] += (1 - decay) * (theirs[i] - mine[i]);
      }
    }
  }

  /**
   * The same without some output channels of convolutions: without scale they give their shift, the
   * mean of what they gave in training.
   *
   * @param skipped for each unit
   */
  Weights without(Architecture network, List<Set<Integer>> skipped) {
    Weights changed = copy();
    List<Parameter> parameters = network.parameters();
    for (int u = 0; u < network.units().size(); u++) {
      for (int p = 0; p < PER_UNIT; p++) {
        Parameter.Role role = parameters.get(PER_UNIT * u + p).role();
        if (role == Parameter.Role.SCALE) {
          float[] values = changed.get(PER_UNIT * u + p);
          skipped.get(u).forEach(c -> values[c] = 0);
        }
      }
    }
    return changed;
  }
}
