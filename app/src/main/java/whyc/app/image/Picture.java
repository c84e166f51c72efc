package whyc.app.image;

import java.util.Arrays;

/** An immutable picture: sRGB bytes {@code [height, width, 3]}, row by row from the top. */
public final class Picture {
  private final int width;
  private final int height;
  private final byte[] rgb;

  private Picture(int width, int height, byte[] rgb) {
    if (width < 1
        || height < 1
        || rgb.length != Math.multiplyExact(3, Math.multiplyExact(width, height))) {
      throw new IllegalArgumentException(
          "Picture wants width * height * 3 bytes and sides of at least 1, got %d bytes for %d x %d"
              .formatted(rgb.length, width, height));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** A picture of a copy of these bytes. */
  public static Picture of(int width, int height, byte[] rgb) {
    return new Picture(width, height, rgb.clone());
  }

  /** A picture of these very bytes, which the caller gives away. */
  static Picture owning(int width, int height, byte[] rgb) {
    return new Picture(width, height, rgb);
  }

  /**
   * A view of a network input that came without a picture.
   *
   * <pre>{@code
   * u8 = round(255 * (x - min) / (max - min))     min, max over all of x: [channels, height, width]
   * }</pre>
   *
   * One channel is shown grey, two or more than three show their mean; a constant tensor is
   * mid-grey.
   */
  public static Picture ofTensor(float[] x, int channels, int height, int width) {
    int pixels = Math.multiplyExact(height, width);
    if (channels < 1 || x.length != Math.multiplyExact(channels, pixels)) {
      throw new IllegalArgumentException(
          "Picture wants a tensor [C,H,W], got %d values for [%d,%d,%d]"
              .formatted(x.length, channels, height, width));
    }
    float[] shown = channels == 3 ? x : mean(x, channels, pixels);
    int planes = shown.length / pixels;
    float minimum = Float.POSITIVE_INFINITY;
    float maximum = Float.NEGATIVE_INFINITY;
    for (float v : shown) {
      minimum = Math.min(minimum, v);
      maximum = Math.max(maximum, v);
    }
    byte[] rgb = new byte[pixels * 3];
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < 3; c++) {
        double v = shown[(planes == 3 ? c : 0) * pixels + p];
        double unit = maximum > minimum ? (v - minimum) / ((double) maximum - minimum) : 0.5;
        rgb[3 * p + c] = (byte) Math.round(255 * unit);
      }
    }
    return new Picture(width, height, rgb);
  }

  private static float[] mean(float[] x, int channels, int pixels) {
    float[] mean = new float[pixels];
    for (int p = 0; p < pixels; p++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += x[c * pixels + p];
      }
      mean[p] = (float) (sum / channels);
    }
    return mean;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The pixel as {@code 0xRRGGBB}. */
  public int rgb(int x, int y) {
    int at = 3 * (y * width + x);
    return (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
  }

  /** A copy of the bytes {@code [height, width, 3]}. */
  public byte[] toBytes() {
    return rgb.clone();
  }

  /** The bytes themselves, for readers of this room only. */
  byte[] bytes() {
    return rgb;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Picture that
        && width == that.width
        && height == that.height
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "Picture[%d x %d]".formatted(width, height);
  }
}
