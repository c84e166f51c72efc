package whyc.engine.jvm;

import java.util.List;
import java.util.function.IntFunction;
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
  TWO(2, new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}) {
    @Override
    int[][] inputRows() {
      return new int[][] {{0, 3}, {1, 2}};
    }

    @Override
    List<Vec> input(Code code, int group, IntFunction<Vec> d) {
      if (group == 0) {
        return List.of(d.apply(0).minus(d.apply(2)), d.apply(1).minus(d.apply(3)));
      }
      Vec one = code.let(d.apply(1));
      Vec two = code.let(d.apply(2));
      return List.of(one.plus(two), two.minus(one));
    }

    @Override
    int[][] outputRows() {
      return new int[][] {{0, 1}};
    }

    @Override
    List<Vec> output(Code code, int group, IntFunction<Vec> p) {
      Vec one = code.let(p.apply(1));
      Vec two = code.let(p.apply(2));
      return List.of(p.apply(0).plus(one).plus(two), one.minus(two).minus(p.apply(3)));
    }
  },

  /** F(4x4,3x3): 4 times fewer products, an error of about 1e-5 of the largest output. */
  FOUR(
      4,
      new double[][] {
        {1 / 4.0, 0, 0},
        {-1 / 6.0, -1 / 6.0, -1 / 6.0},
        {-1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0},
        {1 / 24.0, -1 / 12.0, 1 / 6.0},
        {0, 0, 1}
      }) {
    @Override
    int[][] inputRows() {
      return new int[][] {{0, 5}, {1, 2}, {3, 4}};
    }

    @Override
    List<Vec> input(Code code, int group, IntFunction<Vec> d) {
      return switch (group) {
        case 0 ->
            List.of(
                scaled(code, d.apply(0), 4, scaled(code, d.apply(2), -5, d.apply(4))),
                scaled(code, d.apply(1), 4, scaled(code, d.apply(3), -5, d.apply(5))));
        case 1 -> {
          Vec even = code.let(scaled(code, d.apply(2), -4, d.apply(4)));
          Vec odd = code.let(scaled(code, d.apply(1), -4, d.apply(3)));
          yield List.of(even.plus(odd), even.minus(odd));
        }
        default -> {
          Vec even = code.let(d.apply(4).minus(d.apply(2)));
          Vec odd = code.let(d.apply(3).minus(d.apply(1)));
          yield List.of(scaled(code, odd, 2, even), scaled(code, odd, -2, even));
        }
      };
    }

    @Override
    int[][] outputRows() {
      return new int[][] {{0, 2}, {1, 3}};
    }

    @Override
    List<Vec> output(Code code, int group, IntFunction<Vec> p) {
      if (group == 0) {
        Vec inner = code.let(p.apply(1).plus(p.apply(2)));
        Vec outer = code.let(p.apply(3).plus(p.apply(4)));
        return List.of(p.apply(0).plus(inner).plus(outer), scaled(code, outer, 4, inner));
      }
      Vec inner = code.let(p.apply(1).minus(p.apply(2)));
      Vec outer = code.let(p.apply(3).minus(p.apply(4)));
      return List.of(scaled(code, outer, 2, inner), scaled(code, outer, 8, inner).plus(p.apply(5)));
    }
  };

  private final int outputs;
  private final double[][] weights;

  Winograd(int outputs, double[][] weights) {
    this.outputs = outputs;
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

  /** Rows of {@code B^T} that share terms, by group. */
  abstract int[][] inputRows();

  /**
   * {@code B^T d}, some rows.
   *
   * @param d each element is evaluated at most once
   */
  abstract List<Vec> input(Code code, int group, IntFunction<Vec> d);

  /** Rows of {@code A^T} that share terms, by group. */
  abstract int[][] outputRows();

  /**
   * {@code A^T p}, some rows.
   *
   * @param p each element is evaluated at most once
   */
  abstract List<Vec> output(Code code, int group, IntFunction<Vec> p);

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
