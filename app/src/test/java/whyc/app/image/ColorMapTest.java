package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColorMapTest {
  /** CIE L* of an sRGB colour. */
  private static double lightness(int color) {
    double y =
        0.2126 * linear(color >> 16 & 0xff)
            + 0.7152 * linear(color >> 8 & 0xff)
            + 0.0722 * linear(color & 0xff);
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  }

  private static double linear(int level) {
    double v = level / 255.0;
    return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  }

  @ParameterizedTest
  @EnumSource(names = {"VIRIDIS", "INFERNO"})
  void lightnessRisesEvenly(ColorMap map) {
    double total = lightness(map.at(1)) - lightness(map.at(0));
    for (int i = 1; i <= 20; i++) {
      double rise = lightness(map.at(i / 20.0)) - lightness(map.at((i - 1) / 20.0));
      assertThat(rise).as("step %d", i).isBetween(0.3 * total / 20, 1.8 * total / 20);
    }
  }

  @Test
  void viridisHasItsPublishedColours() {
    assertThat(ColorMap.VIRIDIS.at(0)).isEqualTo(0x440154);
    assertThat(ColorMap.VIRIDIS.at(1)).isEqualTo(0xfde725);
    // matplotlib's table: entry 128 is (0.127568, 0.566949, 0.550556)
    int middle = ColorMap.VIRIDIS.at(128 / 255.0);
    assertThat(middle >> 16).isCloseTo(33, within(2));
    assertThat(middle >> 8 & 0xff).isCloseTo(145, within(2));
    assertThat(middle & 0xff).isCloseTo(140, within(2));
  }

  @Test
  void jetHasItsCorners() {
    assertThat(ColorMap.JET.at(0)).isEqualTo(0x000080);
    assertThat(ColorMap.JET.at(0.375)).isEqualTo(0x00ffff);
    assertThat(ColorMap.JET.at(0.625)).isEqualTo(0xffff00);
    assertThat(ColorMap.JET.at(0.875)).isEqualTo(0xff0000);
  }

  @Test
  void theDivergingMapIsPaleAtZeroAndAsDarkOnBothSides() {
    assertThat(ColorMap.DIVERGING.at(0.5)).isEqualTo(0xf7f7f7);
    for (int i = 0; i <= 50; i++) {
      int negative = ColorMap.DIVERGING.at(0.5 - i / 100.0);
      int positive = ColorMap.DIVERGING.at(0.5 + i / 100.0);
      assertThat(lightness(negative)).isCloseTo(lightness(positive), within(7.0));
      assertThat((negative & 0xff) - (negative >> 16)).as("blue below").isGreaterThanOrEqualTo(0);
      assertThat((positive >> 16) - (positive & 0xff)).as("red above").isGreaterThanOrEqualTo(0);
    }
  }

  @Test
  void beyondTheEndsTheEndsHold() {
    assertThat(ColorMap.VIRIDIS.at(-3)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(ColorMap.VIRIDIS.at(7)).isEqualTo(ColorMap.VIRIDIS.at(1));
  }

  @Test
  void mixingIsExactAtBothEndsAndRoundsBetween() {
    assertThat(ColorMap.mix(0x123456, 0xfedcba, 0)).isEqualTo(0x123456);
    assertThat(ColorMap.mix(0x123456, 0xfedcba, 256)).isEqualTo(0xfedcba);
    assertThat(ColorMap.mix(0x000000, 0xffffff, 128)).isEqualTo(0x808080);
    assertThat(ColorMap.mix(0xffffff, 0xffffff, 77)).isEqualTo(0xffffff);
  }

  @Test
  void namesAreUnderstoodInAnyCase() {
    assertThat(ColorMap.named("Jet")).isEqualTo(ColorMap.JET);
    assertThatThrownBy(() -> ColorMap.named("rainbow"))
        .hasMessage("a colour map is one of [viridis, inferno, jet, diverging], got \"rainbow\"");
    assertThat(ColorMap.choose(HeatMap.Scale.SYMMETRIC, Optional.empty()))
        .isEqualTo(ColorMap.DIVERGING);
    assertThat(ColorMap.choose(HeatMap.Scale.MIN_MAX, Optional.empty()))
        .isEqualTo(ColorMap.VIRIDIS);
  }
}
