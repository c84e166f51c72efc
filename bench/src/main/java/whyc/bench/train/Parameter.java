package whyc.bench.train;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Name, role and shape of one tensor of the network. */
record Parameter(String name, Role role, List<Integer> shape) {

  /** What a tensor is for; it decides how the tensor starts and what training does to it. */
  enum Role {
    WEIGHT,
    BIAS,
    SCALE,
    SHIFT,
    RUNNING_MEAN,
    RUNNING_VARIANCE;

    /** Whether the gradient changes the tensor; the rest follows the statistics of the batches. */
    boolean trained() {
      return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
    }

    /** Whether weight decay applies: not to normalizations and biases. */
    boolean decayed() {
      return this == WEIGHT;
    }
  }

  int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /**
   * Values to start from. Weights are normal with the variance {@code 2 / fan-in} (He et al. 2015,
   * eq. 10), so that the signal keeps its size through a convolution and a relu.
   */
  float[] initial(RandomGenerator random) {
    float[] values = new float[size()];
    switch (role) {
      case WEIGHT -> {
        double deviation = Math.sqrt(2.0 * shape.getFirst() / size());
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (deviation * random.nextGaussian());
        }
      }
      case SCALE, RUNNING_VARIANCE -> Arrays.fill(values, 1);
      case BIAS, SHIFT, RUNNING_MEAN -> {}
    }
    return values;
  }
}
