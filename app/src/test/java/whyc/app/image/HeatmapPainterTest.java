package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.app.image.HeatMap.Scale;

class HeatmapPainterTest {
  private static final Caption CAPTION = new Caption("cat", "93 %", "Grad-CAM", "conv5", "");

  private static Picture white(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) 255);
    return Picture.of(width, height, rgb);
  }

  @ParameterizedTest
  @CsvSource({
    "32,32,384,384",
    "28,20,392,280",
    "256,256,512,512",
    "384,100,384,100",
    "1024,7,1024,7",
    "3000,1500,1024,512"
  })
  void picturesAreShownAtAReadableSize(int width, int height, int shownWidth, int shownHeight) {
    Picture shown =
        HeatmapPainter.of(white(width, height), Placement.whole(width, height)).picture();
    assertThat(shown.width()).isEqualTo(shownWidth);
    assertThat(shown.height()).isEqualTo(shownHeight);
  }

  @Test
  void aHotCornerIsPaintedInThatCorner() {
    HeatMap map = HeatMap.of(new float[] {0, 0, 0, 1}, 2, 2, Scale.MIN_MAX);
    HeatmapPainter painter = HeatmapPainter.of(white(400, 400), Placement.whole(400, 400));
    Picture heat = painter.heatmap(map, ColorMap.VIRIDIS, CAPTION);
    assertThat(heat.rgb(399, 399)).isEqualTo(ColorMap.VIRIDIS.at(1));
    assertThat(heat.rgb(0, 0)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(heat.rgb(399, 0)).isEqualTo(ColorMap.VIRIDIS.at(0));
    // pixel 199 has its centre at 199.5 / 200 = 0.9975 map pixels, 0.4975 past the first centre:
    // weight 0.4975 on either axis
    assertThat(heat.rgb(199, 199)).isEqualTo(ColorMap.VIRIDIS.at(0.4975 * 0.4975));
  }

  @Test
  void anOverlayIsTheMeanOfPictureAndColours() {
    HeatMap map = HeatMap.of(new float[] {0, 1}, 1, 2, Scale.MIN_MAX);
    HeatmapPainter painter = HeatmapPainter.of(white(400, 400), Placement.whole(400, 400));
    // (0x44 + 0xff) / 2 = 161.5, (0x01 + 0xff) / 2 = 128, (0x54 + 0xff) / 2 = 169.5
    assertThat(painter.overlay(map, ColorMap.VIRIDIS, CAPTION, 0.5).rgb(0, 0)).isEqualTo(0xa280aa);
    assertThat(painter.overlay(map, ColorMap.VIRIDIS, CAPTION, 0).rgb(0, 0)).isEqualTo(0xffffff);
  }

  @Test
  void whatTheNetworkDidNotSeeIsDimmedPicture() {
    HeatMap map = HeatMap.of(new float[] {0, 1}, 1, 2, Scale.MIN_MAX);
    HeatmapPainter painter = HeatmapPainter.of(white(600, 400), new Placement(100, 0, 400, 400));
    Picture heat = painter.heatmap(map, ColorMap.VIRIDIS, CAPTION);
    assertThat(heat.rgb(99, 200)).isEqualTo(0x737373);
    assertThat(heat.rgb(100, 200)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(heat.rgb(499, 200)).isEqualTo(ColorMap.VIRIDIS.at(1));
    assertThat(heat.rgb(500, 200)).isEqualTo(0x737373);
  }

  @Test
  void aBorderOfTheInputFallsOffThePicture() {
    // the input reaches 100 pixels over both sides, so the picture shows the middle half of the map
    HeatMap map = HeatMap.of(new float[] {9, 0, 0, 9}, 1, 4, Scale.MIN_MAX);
    HeatmapPainter painter = HeatmapPainter.of(white(400, 400), new Placement(-200, 0, 800, 400));
    Picture heat = painter.heatmap(map, ColorMap.VIRIDIS, CAPTION);
    assertThat(heat.rgb(200, 10)).isEqualTo(ColorMap.VIRIDIS.at(0));
    assertThat(heat.rgb(0, 10)).isEqualTo(ColorMap.VIRIDIS.at(0.4975));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 5, -3})
  void aConstantMapIsNeverStretched(float value) {
    for (Scale scale : Scale.values()) {
      HeatMap map = HeatMap.of(new float[] {value, value, value, value}, 2, 2, scale);
      Picture heat =
          HeatmapPainter.of(white(400, 400), Placement.whole(400, 400))
              .heatmap(map, ColorMap.JET, CAPTION);
      assertThat(heat.rgb(0, 0)).isEqualTo(ColorMap.NEUTRAL);
      assertThat(heat.rgb(399, 399)).isEqualTo(ColorMap.NEUTRAL);
    }
  }

  @Test
  void theCaptionStandsBelowAndTouchesNoPicture() {
    HeatMap map = HeatMap.of(new float[] {0, 1}, 1, 2, Scale.MIN_MAX);
    HeatmapPainter painter = HeatmapPainter.of(white(400, 400), Placement.whole(400, 400));
    Picture once = painter.overlay(map, ColorMap.VIRIDIS, CAPTION, 0.5);
    Picture other =
        painter.overlay(map, ColorMap.VIRIDIS, new Caption("a dog", "", "LRP", "", "zennit"), 0.5);
    assertThat(once.height()).isBetween(440, 540);
    assertThat(Arrays.copyOf(once.bytes(), 3 * 400 * 400))
        .isEqualTo(Arrays.copyOf(other.bytes(), 3 * 400 * 400));
    assertThat(once).isNotEqualTo(other);
  }

  @Test
  void nothingIsCutOffAtTheEdges() {
    String longText =
        "a label that goes on and on, much too long for any picture of this size, ".repeat(3);
    Caption caption = new Caption(longText, longText, longText, longText, longText);
    HeatMap map = HeatMap.of(new float[] {-1e-30f, 1e30f}, 1, 2, Scale.SYMMETRIC);
    for (int width : new int[] {10, 384, 1024}) {
      Picture heat =
          HeatmapPainter.of(white(width, 1024), Placement.whole(width, 1024))
              .heatmap(map, ColorMap.DIVERGING, caption);
      for (int y = 1024; y < heat.height(); y++) {
        for (int x = 0; x < 8; x++) {
          assertThat(heat.rgb(x, y)).isEqualTo(0xffffff);
          assertThat(heat.rgb(heat.width() - 1 - x, y)).isEqualTo(0xffffff);
        }
      }
    }
  }

  @Test
  void lettersBeyondTheSheetsAreDrawnOrBoxedButNeverFail() {
    HeatMap map = HeatMap.of(new float[] {0, 1}, 1, 2, Scale.MIN_MAX);
    Caption odd =
        new Caption("\u72d7 \ud83d\udc15 \u05db\u05dc\u05d1 a\u0301\t\n\ud800", "", "", "", "");
    Picture heat =
        HeatmapPainter.of(white(400, 40), Placement.whole(400, 40))
            .heatmap(map, ColorMap.VIRIDIS, odd);
    assertThat(heat.height()).isGreaterThan(40);
  }

  @Test
  void anAlphaBeyondItsRangeIsRefused() {
    HeatMap map = HeatMap.of(new float[] {0, 1}, 1, 2, Scale.MIN_MAX);
    HeatmapPainter painter = HeatmapPainter.of(white(4, 4), Placement.whole(4, 4));
    assertThatThrownBy(() -> painter.overlay(map, ColorMap.VIRIDIS, CAPTION, 1.5))
        .hasMessage("an overlay wants an alpha in [0, 1], got 1.5");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "3.21749, 3.217",
    "-1.5, \u22121.5",
    "0.00123456, 0.001235",
    "123456.7, 123500",
    "1e-9, 1e\u22129",
    "-2.5e12, \u22122.5e12",
    "100, 100"
  })
  void numbersAreShort(double value, String text) {
    assertThat(Caption.number(value)).isEqualTo(text);
  }

  @Test
  void scoreAndProbabilityAreSaid() {
    assertThat(Caption.of("cat", 8.21372, OptionalDouble.of(0.93123), "", "", "").score())
        .isEqualTo("93.1 %  (logit 8.214)");
    assertThat(Caption.of("cat", 8.21372, OptionalDouble.of(0.99999), "", "", "").score())
        .isEqualTo("> 99.9 %  (logit 8.214)");
    assertThat(Caption.of("cat", -1, OptionalDouble.empty(), "", "", "").score())
        .isEqualTo("logit \u22121");
  }
}
