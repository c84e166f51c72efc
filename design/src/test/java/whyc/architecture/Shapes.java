package whyc.architecture;

import java.util.List;
import java.util.Random;

/** Small networks and pictures for tests. */
final class Shapes {
  private Shapes() {}

  static Architecture residual() {
    return new Architecture(
        Family.RESIDUAL,
        3,
        4,
        12,
        4,
        Activation.RELU,
        List.of(new Stage(1, 4, 3, 1, 1), new Stage(2, 6, 3, 2, 2)));
  }

  static Architecture mobile() {
    return new Architecture(
        Family.MOBILE,
        1,
        3,
        11,
        4,
        Activation.RELU6,
        List.of(new Stage(2, 4, 3, 1, 1), new Stage(2, 8, 5, 2, 3)));
  }

  /** Weights whose running statistics are not those of a fresh network. */
  static Weights lived(Architecture a, long seed) {
    Random random = new Random(seed);
    Weights weights = Weights.initial(a, random);
    List<Parameter> parameters = a.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      float[] v = weights.get(i);
      for (int k = 0; k < v.length; k++) {
        switch (parameters.get(i).role()) {
          case WEIGHT -> {}
          case BIAS, SHIFT, RUNNING_MEAN -> v[k] = (float) (0.3 * random.nextGaussian());
          case SCALE, RUNNING_VARIANCE -> v[k] = 0.5f + random.nextFloat();
        }
      }
    }
    return weights;
  }

  /** Pictures that can be told apart: class k has a bright bar at its own place, over noise. */
  static Pictures bars(int count, int side, int channels, int classes, long seed) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * side * side * channels];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes;
      for (int p = 0; p < side * side; p++) {
        boolean bright = p / side * classes / side == labels[i];
        for (int c = 0; c < channels; c++) {
          pixels[(i * side * side + p) * channels + c] =
              (byte) ((bright ? 140 : 40) + random.nextInt(100));
        }
      }
    }
    return new Pictures("bars", channels, side, side, classes, pixels, labels);
  }
}
