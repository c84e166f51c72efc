package whyc.bench.train;

import java.util.Arrays;

/** Labelled pictures of 32 x 32 pixels. */
final class ImageSet {
  static final int SIDE = 32;
  static final int COLOURS = 3;
  static final int CLASSES = 10;

  /** Numbers in one picture. */
  static final int VOLUME = SIDE * SIDE * COLOURS;

  // Mean and standard deviation of each colour over the training pictures, on the scale 0 to 1.
  private static final float[] MEAN = {0.4914f, 0.4822f, 0.4465f};
  private static final float[] DEVIATION = {0.2470f, 0.2435f, 0.2616f};
  private static final float[][] NORMALIZED = normalized();

  private final byte[] pixels;
  private final byte[] labels;

  /**
   * Takes over both arrays.
   *
   * @param pixels all pictures one after the other: unsigned bytes, [count, row, column, colour],
   *     RGB
   * @param labels one class index per picture, 0 to 9
   */
  ImageSet(byte[] pixels, byte[] labels) {
    if (pixels.length != labels.length * VOLUME) {
      throw new IllegalArgumentException(
          "ImageSet wants %d bytes a picture, got %d bytes for %d labels"
              .formatted(VOLUME, pixels.length, labels.length));
    }
    this.pixels = pixels;
    this.labels = labels;
  }

  byte[] pixels() {
    return pixels;
  }

  byte[] labels() {
    return labels;
  }

  int count() {
    return labels.length;
  }

  ImageSet slice(int from, int to) {
    return new ImageSet(
        Arrays.copyOfRange(pixels, from * VOLUME, to * VOLUME),
        Arrays.copyOfRange(labels, from, to));
  }

  /** What the network reads for one byte: {@code (u8 / 255 - mean) / deviation}. */
  static float normalize(byte value, int colour) {
    return NORMALIZED[colour][Byte.toUnsignedInt(value)];
  }

  /** The subtrahend of {@link #normalize}, per colour. */
  static String mean() {
    return Arrays.toString(MEAN);
  }

  /** The divisor of {@link #normalize}, per colour. */
  static String deviation() {
    return Arrays.toString(DEVIATION);
  }

  /** Pictures {@code from} to {@code to} as the network reads them: [to - from, 32, 32, 3]. */
  float[] normalized(int from, int to) {
    float[] x = new float[(to - from) * VOLUME];
    for (int i = 0; i < x.length; i++) {
      x[i] = normalize(pixels[from * VOLUME + i], i % COLOURS);
    }
    return x;
  }

  private static float[][] normalized() {
    float[][] table = new float[COLOURS][256];
    for (int c = 0; c < COLOURS; c++) {
      for (int u8 = 0; u8 < 256; u8++) {
        table[c][u8] = (u8 / 255f - MEAN[c]) / DEVIATION[c];
      }
    }
    return table;
  }
}
