package whyc.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One tensor of a network.
 *
 * @param shape [o,i,h,w] of a convolution, [o,i] of a matrix, [c] of the rest
 */
record Parameter(String name, Role role, List<Integer> shape) {

  /** What a tensor is for; it decides how it starts and what training does to it. */
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

    /** Whether weight decay applies: not to normalisations and biases. */
    boolean decayed() {
      return this == WEIGHT;
    }
  }

  Parameter {
    shape = List.copyOf(shape);
  }

  int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /**
   * Values to start from. Weights are normal with the variance {@code 2 / fan-in} (He et al. 2015,
   * eq. 10).
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
