package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.app.image.Resampler.Kernel;

class ResamplerTest {
  private static double[] row(Kernel kernel, int out, float... values) {
    return Resampler.resize(
        values,
        values.length,
        Resampler.of(kernel, values.length, out),
        Resampler.of(kernel, 1, 1));
  }

  @Test
  void enlargingIsBilinearWithHalfPixelCentres() {
    // row 0 of the worked example in explanations 4a, as OpenCV, torch (align_corners=False) and
    // ONNX half_pixel give it
    assertThat(row(Kernel.TRIANGLE, 4, 0f, .123077f))
        .containsExactly(new double[] {0, .030769, .092308, .123077}, within(1e-6));
  }

  @Test
  void shrinkingWidensTheTriangle() {
    // 4 to 2: centre 1, support 2, weights of 0.5 1.5 2.5 are .75 .75 .25 over 1.75: (70 * .75 +
    // 140 * .25) / 1.75 = 50
    assertThat(row(Kernel.TRIANGLE, 2, 0, 70, 140, 210))
        .containsExactly(new double[] {50, 160}, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 13, 63, 64, 65, 207, 1023})
  void aConstantStaysConstantAndTheSameSizeTheSame(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (i * 37 % 101) / 7f;
    }
    for (Kernel kernel : Kernel.values()) {
      double[] same = row(kernel, size, values);
      for (int i = 0; i < size; i++) {
        assertThat(same[i]).isCloseTo(values[i], within(1e-12));
      }
      for (double v : row(kernel, 50, filled(size, 3.25f))) {
        assertThat(v).isCloseTo(3.25, within(1e-12));
      }
    }
  }

  private static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }

  /** The rule again, slowly: every output from the kernel and all inputs of the plane. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9, 16, 40})
  void twoAxesEqualTheNaiveDoubleSum(int out) {
    int h = 9;
    int w = 13;
    float[] values = new float[h * w];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 53 % 97;
    }
    for (Kernel kernel : Kernel.values()) {
      double[] fast =
          Resampler.resize(values, w, Resampler.of(kernel, w, out), Resampler.of(kernel, h, out));
      for (int i = 0; i < out * out; i++) {
        double sum = 0;
        double weights = 0;
        for (int j = 0; j < values.length; j++) {
          double weight =
              weight(kernel, i % out, out, j % w, w) * weight(kernel, i / out, out, j / w, h);
          sum += weight * values[j];
          weights += weight;
        }
        assertThat(fast[i]).as("%s %d", kernel, i).isCloseTo(sum / weights, within(1e-9));
      }
    }
  }

  private static double weight(Kernel kernel, int i, int out, int j, int in) {
    double step = (double) in / out;
    double centre = Math.clamp((i + 0.5) * step, 0.5, in - 0.5);
    return kernel.at((j + 0.5 - centre) / Math.max(step, 1));
  }
}
