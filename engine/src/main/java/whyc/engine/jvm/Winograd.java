package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Vec;

/**
 * Minimal filtering: m outputs of a filter of three taps with m + 2 products instead of 3 m (Lavin
 * and Gray 2016, "Fast algorithms for convolutional neural networks", section 4.1).
 *
 * <pre>{@code y = A^T ((G g) * (B^T d))        d: [m+2]   g: [3]   y: [m]}</pre>
 *
 * <p>Nested for the two axes of an image, a tile of m x m outputs takes (m+2)^2 products for each
 * pair of channels instead of 9 m^2.
 */
enum Winograd {
  /** F(2x2,3x3): 2.25 times fewer products, an error of about 1e-6 of the largest output. */
  TWO(2, 24, 28, new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}) {
    @Override
    List<Vec> input(Code code, List<? extends Vec> d) {
      return List.of(
          d.get(0).minus(d.get(2)),
          d.get(1).plus(d.get(2)),
          d.get(2).minus(d.get(1)),
          d.get(1).minus(d.get(3)));
    }

    @Override
    List<Vec> output(Code code, List<? extends Vec> p) {
      return List.of(
          p.get(0).plus(p.get(1)).plus(p.get(2)), p.get(1).minus(p.get(2)).minus(p.get(3)));
    }
  },

  /** F(4x4,3x3): 4 times fewer products, an error of about 1e-5 of the largest output. */
  FOUR(
      4,
      58,
      70,
      new double[][] {
        {1 / 4.0, 0, 0},
        {-1 / 6.0, -1 / 6.0, -1 / 6.0},
        {-1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0},
        {1 / 24.0, -1 / 12.0, 1 / 6.0},
        {0, 0, 1}
      }) {
    @Override
    List<Vec> input(Code code, List<? extends Vec> d) {
      Vec even = code.let(scaled(code, d.get(2), -4, d.get(4)));
      Vec odd = code.let(scaled(code, d.get(1), -4, d.get(3)));
      Vec evenStep = code.let(d.get(4).minus(d.get(2)));
      Vec oddStep = code.let(d.get(3).minus(d.get(1)));
      return List.of(
          scaled(code, d.get(0), 4, scaled(code, d.get(2), -5, d.get(4))),
          even.plus(odd),
          even.minus(odd),
          scaled(code, oddStep, 2, evenStep),
          scaled(code, oddStep, -2, evenStep),
          scaled(code, d.get(1), 4, scaled(code, d.get(3), -5, d.get(5))));
    }

    @Override
    List<Vec> output(Code code, List<? extends Vec> p) {
      Vec even = code.let(p.get(1).plus(p.get(2)));
      Vec odd = code.let(p.get(1).minus(p.get(2)));
      Vec farEven = code.let(p.get(3).plus(p.get(4)));
      Vec farOdd = code.let(p.get(3).minus(p.get(4)));
      return List.of(
          p.get(0).plus(even).plus(farEven),
          scaled(code, farOdd, 2, odd),
          scaled(code, farEven, 4, even),
          scaled(code, farOdd, 8, odd).plus(p.get(5)));
    }
  };

  private final int outputs;
  private final int inputNanoseconds;
  private final int outputNanoseconds;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final double[][] weights;

  Winograd(int outputs, int inputNanoseconds, int outputNanoseconds, double[][] weights) {
    this.outputs = outputs;
    this.inputNanoseconds = inputNanoseconds;
    this.outputNanoseconds = outputNanoseconds;
    this.weights = weights;
  }

  /** m: outputs along an axis. */
  int outputs() {
    return outputs;
  }

  /** m + 2: inputs along an axis, and products. */
  int points() {
    return outputs + 2;
  }

  /**
   * What the transform of a tile takes for a vector of channels, as measured (Zen 5 with 16 lanes,
   * Zen 3 with 8).
   */
  int inputNanoseconds() {
    return inputNanoseconds;
  }

  /** Likewise of a tile's products, with what follows them. */
  int outputNanoseconds() {
    return outputNanoseconds;
  }

  /** {@code B^T d}. */
  abstract List<Vec> input(Code code, List<? extends Vec> d);

  /** {@code A^T p}. */
  abstract List<Vec> output(Code code, List<? extends Vec> p);

  private static Vec scaled(Code code, Vec x, float factor, Vec term) {
    return x.fma(code.filled(factor), term);
  }

  /**
   * {@code G g G^T}, rounded once.
   *
   * @param g nine taps from an index on
   * @param u as many as there are products
   */
  void transform(float[] g, int from, float[] u) {
    int points = points();
    double[][] half = new double[points][3];
    for (int i = 0; i < points; i++) {
      for (int k = 0; k < 3; k++) {
        for (int j = 0; j < 3; j++) {
          half[i][k] += weights[i][j] * g[from + 3 * j + k];
        }
      }
    }
    for (int i = 0; i < points; i++) {
      for (int k = 0; k < points; k++) {
        double sum = 0;
        for (int j = 0; j < 3; j++) {
          sum += half[i][j] * weights[k][j];
        }
        u[i * points + k] = (float) sum;
      }
    }
  }
}
