package whyc.architecture;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One array of values for each parameter of a network, in the network's order.
 *
 * @param tensors row-major; those who train write to them
 */
record Weights(List<float[]> tensors) {
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
}
