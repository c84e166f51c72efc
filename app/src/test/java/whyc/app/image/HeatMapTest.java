package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.app.image.HeatMap.Scale;

class HeatMapTest {
  private static HeatMap map(Scale scale, float... values) {
    return HeatMap.of(values, 1, values.length, scale);
  }

  @Test
  void scalesSpanTheirRange() {
    HeatMap minMax = map(Scale.MIN_MAX, 2, 4, 6);
    assertThat(minMax.unit(2)).isEqualTo(0);
    assertThat(minMax.unit(6)).isEqualTo(1);
    HeatMap zeroMax = map(Scale.ZERO_MAX, 2, 4, 8);
    assertThat(zeroMax.unit(2)).isEqualTo(0.25);
    HeatMap symmetric = map(Scale.SYMMETRIC, -1, 0, 4);
    assertThat(symmetric.unit(0)).isEqualTo(0.5);
    assertThat(symmetric.unit(-1)).isEqualTo(0.375);
    assertThat(symmetric.minimum()).isEqualTo(-1);
    assertThat(symmetric.low()).isEqualTo(-4);
  }

  @Test
  void valuesThatDifferByRoundingAreConstant() {
    assertThat(map(Scale.MIN_MAX, 0, 0).isConstant()).isTrue();
    assertThat(map(Scale.MIN_MAX, 0.1f, Math.nextUp(0.1f)).isConstant()).isTrue();
    assertThat(map(Scale.MIN_MAX, 0.1f, 0.10001f).isConstant()).isFalse();
    assertThat(map(Scale.MIN_MAX, 0, Float.MIN_VALUE).isConstant()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void whatIsNotFiniteIsRefused(float odd) {
    assertThatThrownBy(() -> HeatMap.of(new float[] {0, 1, 2, odd}, 2, 2, Scale.MIN_MAX))
        .isInstanceOf(PictureException.class)
        .hasMessage("a heat map wants finite values, got " + odd + " at row 1, column 1");
  }

  @Test
  void channelsAreSummed() {
    // a: [2,1,2] = [[1, -2]], [[-3, 5]]
    float[] a = {1, -2, -3, 5};
    assertThat(Reduction.ABSOLUTE_SUM.apply(a, 2, 1, 2).values()).containsExactly(4, 7);
    assertThat(Reduction.SIGNED_SUM.apply(a, 2, 1, 2).values()).containsExactly(-2, 3);
  }

  @Test
  void coloursEndAtThe99thPercentile() {
    float[] a = new float[101];
    for (int i = 0; i < a.length; i++) {
      a[i] = i % 2 == 0 ? i : -i;
    }
    a[100] = 100_000;
    // |m| sorted is 0..99, 100000; rank 0.99 * 100 = 99
    HeatMap signed = Reduction.SIGNED_SUM.apply(a, 1, 1, 101);
    assertThat(signed.high()).isCloseTo(99, within(1e-9));
    assertThat(signed.low()).isCloseTo(-99, within(1e-9));
    assertThat(signed.maximum()).isEqualTo(100_000);
    assertThat(signed.isClipped()).isTrue();
    HeatMap absolute = Reduction.ABSOLUTE_SUM.apply(a, 1, 1, 101);
    assertThat(absolute.low()).isZero();
    assertThat(absolute.high()).isCloseTo(99, within(1e-9));
  }

  @Test
  void oneBrightPixelAmongZerosIsStillShown() {
    float[] a = new float[400];
    a[7] = 2;
    HeatMap map = Reduction.ABSOLUTE_SUM.apply(a, 1, 20, 20);
    assertThat(map.high()).isEqualTo(2);
    assertThat(map.unit(2)).isEqualTo(1);
  }
}
