package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import whyc.app.image.Preprocessing.Layout;
import whyc.onnx.OnnxPrologue.Channels;
import whyc.onnx.OnnxPrologue.Resize;

class PreprocessingTest {
  private static Picture plain(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return Picture.of(width, height, rgb);
  }

  static Picture noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return Picture.of(width, height, rgb);
  }

  /** R G B = 10 20 30, worked out by hand. */
  @ParameterizedTest
  @CsvSource({
    "raw, 10, 20, 30",
    "unit, 0.0392156863, 0.0784313725, 0.1176470588",
    "tf, -0.9215686275, -0.8431372549, -0.7647058824",
    "caffe, -73.939, -96.779, -113.68",
    "imagenet, -1.9466563, -1.6855742, -1.2815686"
  })
  void presetsFollowTheirFormula(String name, double first, double second, double third) {
    float[] x = Preprocessing.named(name, 1, 1).apply(plain(1, 1, 10, 20, 30));
    assertThat(x)
        .containsExactly(
            new float[] {(float) first, (float) second, (float) third}, within(1e-6f * 120));
  }

  @Test
  void channelsLieApartOrTogether() {
    Picture two = Picture.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    Preprocessing raw = Preprocessing.named("raw", 2, 1);
    assertThat(raw.apply(two)).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(raw.withLayout(Layout.NHWC).apply(two)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(raw.withChannels(Channels.BGR).apply(two)).containsExactly(3, 6, 2, 5, 1, 4);
  }

  @Test
  void greyIsTheLuma() {
    // 0.299 * 100 + 0.587 * 50 + 0.114 * 200 = 82.05
    Preprocessing grey = Preprocessing.named("raw", 1, 1).withChannels(Channels.GREY);
    assertThat(grey.apply(plain(1, 1, 100, 50, 200))).containsExactly(82);
    assertThat(grey.apply(plain(1, 1, 77, 77, 77))).containsExactly(77);
  }

  @Test
  void aPictureOfTheRightSizeKeepsItsBytes() {
    Picture picture = noise(13, 7, 1);
    for (Resize resize : Resize.values()) {
      assertThat(Preprocessing.named("raw", 13, 7).withResize(resize).view(picture))
          .isEqualTo(picture);
    }
  }

  @Test
  void theCustomaryCropOf256Is224BytesFromTheMiddle() {
    Picture picture = noise(256, 256, 2);
    Picture view = Preprocessing.named("imagenet", 224, 224).withCropFraction(0.875).view(picture);
    for (int y = 0; y < 224; y++) {
      for (int x = 0; x < 224; x++) {
        assertThat(view.rgb(x, y)).isEqualTo(picture.rgb(x + 16, y + 16));
      }
    }
  }

  @Test
  void cropTakesTheMiddleAndPlacesItThere() {
    // 10 x 4 to the shape 1:1 is 4 x 4 from column 3
    Placement placement = Preprocessing.named("raw", 8, 8).placement(10, 4);
    assertThat(placement).isEqualTo(new Placement(3, 0, 4, 4));
  }

  @Test
  void fitLeavesABorderOfExactlyZero() {
    Preprocessing fit = Preprocessing.named("imagenet", 4, 4).withResize(Resize.FIT);
    float[] x = fit.apply(plain(8, 4, 255, 255, 255));
    for (int c = 0; c < 3; c++) {
      for (int column = 0; column < 4; column++) {
        assertThat(x[c * 16 + column]).isZero();
        assertThat(x[c * 16 + 4 + column]).isGreaterThan(2);
        assertThat(x[c * 16 + 8 + column]).isGreaterThan(2);
        assertThat(x[c * 16 + 12 + column]).isZero();
      }
    }
    // 8 x 4 at half size fills rows 1 and 2; the input covers two picture rows more above and below
    assertThat(fit.placement(8, 4)).isEqualTo(new Placement(0, -2, 8, 8));
    assertThat(fit.view(plain(8, 4, 255, 255, 255)).rgb(0, 0)).isEqualTo(0x7c7468);
  }

  @Test
  void stretchCoversTheWholePicture() {
    assertThat(Preprocessing.named("raw", 5, 9).withResize(Resize.STRETCH).placement(100, 30))
        .isEqualTo(Placement.whole(100, 30));
  }

  @ParameterizedTest
  @EnumSource(Resize.class)
  void aMarkInTheInputIsFoundInThePicture(Resize resize) {
    // a white spot around (60, 24) of a 90 x 40 picture; its centre of mass in the input must map
    // back onto it
    byte[] rgb = new byte[3 * 90 * 40];
    for (int y = 22; y < 26; y++) {
      for (int x = 58; x < 62; x++) {
        rgb[3 * (y * 90 + x)] = (byte) 255;
      }
    }
    Preprocessing raw = Preprocessing.named("raw", 32, 24).withResize(resize);
    float[] x = raw.apply(Picture.of(90, 40, rgb));
    double sum = 0;
    double u = 0;
    double v = 0;
    for (int i = 0; i < 32 * 24; i++) {
      sum += x[i];
      u += x[i] * (i % 32 + 0.5);
      v += x[i] * (i / 32 + 0.5);
    }
    Placement at = raw.placement(90, 40);
    assertThat(at.left() + u / sum * at.width() / 32).isCloseTo(60, within(0.2));
    assertThat(at.top() + v / sum * at.height() / 24).isCloseTo(24, within(0.2));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,50", "50,1", "3,1000"})
  void extremeShapesWork(int width, int height) {
    for (Resize resize : Resize.values()) {
      float[] x =
          Preprocessing.named("unit", 7, 5)
              .withResize(resize)
              .apply(plain(width, height, 255, 255, 255));
      assertThat(x).hasSize(3 * 7 * 5);
      assertThat(x).contains(1f);
    }
  }

  @Test
  void wrongNumbersAreRefused() {
    Preprocessing raw = Preprocessing.named("raw", 8, 8);
    assertThatThrownBy(() -> raw.withNormalisation(List.of(1.0), List.of(1.0, 1.0, 1.0)))
        .isInstanceOf(PictureException.class)
        .hasMessage("preprocessing wants one mean for every channel of RGB, got [1.0]");
    assertThatThrownBy(() -> raw.withNormalisation(List.of(0.0, 0.0, 0.0), List.of(1.0, 0.0, 1.0)))
        .hasMessage("preprocessing wants std above 0, got [1.0, 0.0, 1.0]");
    assertThatThrownBy(() -> Preprocessing.named("vgg", 8, 8))
        .hasMessage("preprocessing is one of imagenet, caffe, tf, unit, raw, got \"vgg\"");
    assertThatThrownBy(() -> raw.withSize(0, 8)).hasMessageContaining("got 0x8");
  }

  @Test
  void shrinkingAveragesInsteadOfSkipping() {
    // columns alternate black and white: the mean is grey, sampling would give one or the other
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, i % 2 == 0 ? 0 : 0xffffff);
    }
    Picture picture = PictureReader.read(Images.encode(image, "png"), "stripes.png").picture();
    float[] x = Preprocessing.named("raw", 8, 8).apply(picture);
    for (float v : x) {
      assertThat(v).isBetween(120f, 135f);
    }
  }
}
