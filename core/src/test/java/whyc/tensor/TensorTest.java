package whyc.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

/** What is no number is found wherever it stands, in whatever holds the numbers. */
final class TensorTest {
  /** Around the pieces in which buffers are read. */
  private static final int[] SIZES = {1, 4095, 4096, 4097, 9000};

  private static float[] ones(int n) {
    float[] x = new float[n];
    java.util.Arrays.fill(x, 1);
    return x;
  }

  @Test
  void theFirstThatIsNotFiniteIsFound() {
    for (int n : SIZES) {
      for (int at : new int[] {0, n / 2, n - 1}) {
        float[] x = ones(n);
        x[at] = Float.NEGATIVE_INFINITY;
        x[n - 1] = at == n - 1 ? x[n - 1] : Float.NaN;
        double[] d = new double[n];
        d[at] = Double.NaN;
        assertThat(Tensor.of(Shape.of(n), x).firstNotFinite()).isEqualTo(at);
        assertThat(Tensor.of(Shape.of(n), FloatBuffer.wrap(x)).firstNotFinite()).isEqualTo(at);
        assertThat(Tensor.of(Shape.of(n), d).firstNotFinite()).isEqualTo(at);
      }
      assertThat(Tensor.of(Shape.of(n), ones(n)).firstNotFinite()).isEqualTo(-1);
      assertThat(Tensor.of(Shape.of(n), FloatBuffer.wrap(ones(n))).firstNotFinite()).isEqualTo(-1);
      assertThat(Tensor.of(Shape.of(n), new long[n]).firstNotFinite()).isEqualTo(-1);
    }
  }

  @Test
  void infinityIsANumberAndWhatStandsBehindItMayBeNone() {
    float[] x = ones(5000);
    x[3] = Float.POSITIVE_INFINITY;
    assertThat(Tensor.of(Shape.of(5000), x).hasNaN()).isFalse();
    x[4999] = Float.NaN;
    assertThat(Tensor.of(Shape.of(5000), x).hasNaN()).isTrue();
    assertThat(Tensor.of(Shape.of(5000), FloatBuffer.wrap(x)).hasNaN()).isTrue();
    assertThat(Tensor.of(Shape.of(2), 1, Double.NaN).hasNaN()).isTrue();
  }

  @Test
  void theLargestValueIsTheFirstOfEquals() {
    assertThat(Tensor.of(Shape.of(4), 1, 3, 3, 2).argMax()).isEqualTo(1);
    assertThat(Tensor.of(Shape.of(2, 2), -4f, -2f, -3f, -1f).argMax()).isEqualTo(3);
    assertThat(Tensor.ofBytes(ElementType.INT8, Shape.of(1), (byte) -1).argMax()).isZero();
  }
}
