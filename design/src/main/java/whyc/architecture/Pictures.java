package whyc.architecture;

import java.util.Arrays;
import java.util.zip.CRC32;
import whyc.assign.DataSet;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * Labelled pictures of one size to learn from.
 *
 * @param channels 1 for grey, 3 for red, green, blue
 * @param pixels unsigned bytes, [n,h,w,c]
 * @param labels the class of each, 0 to classes - 1
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
public record Pictures(
    String name, int channels, int height, int width, int classes, byte[] pixels, int[] labels) {
  public Pictures {
    long wanted = (long) labels.length * channels * height * width;
    if (labels.length == 0 || pixels.length != wanted) {
      throw new RefusedArgument(
          "%s: a data set wants pictures of %d x %d x %d bytes and as many labels, got %d bytes and %d labels"
              .formatted(name, height, width, channels, pixels.length, labels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new RefusedArgument(
            "%s: a label wants to be a class from 0 to %d, got %d (picture %d)"
                .formatted(name, classes - 1, labels[i], i));
      }
    }
  }

  public int size() {
    return labels.length;
  }

  /** Bytes of one picture. */
  int volume() {
    return channels * height * width;
  }

  /** How many classes have a picture. */
  public long seenClasses() {
    return Arrays.stream(labels).distinct().count();
  }

  /** Pictures {@code from} to {@code to}. */
  public Pictures part(int from, int to) {
    return new Pictures(
        name,
        channels,
        height,
        width,
        classes,
        Arrays.copyOfRange(pixels, from * volume(), to * volume()),
        Arrays.copyOfRange(labels, from, to));
  }

  /** The same pictures, each at the place that an order gives it. */
  Pictures ordered(int[] order) {
    byte[] moved = new byte[pixels.length];
    int[] classesOf = new int[labels.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(pixels, order[i] * volume(), moved, i * volume(), volume());
      classesOf[i] = labels[order[i]];
    }
    return new Pictures(name, channels, height, width, classes, moved, classesOf);
  }

  /** The same pictures in an order that a seed gives. */
  public Pictures shuffled(long seed) {
    return ordered(Batches.shuffled(size(), new java.util.Random(seed)));
  }

  /** The same for the same pictures and labels in the same order. */
  public String fingerprint() {
    CRC32 crc = new CRC32();
    crc.update(pixels);
    for (int label : labels) {
      crc.update(label);
    }
    return "%d-%08x".formatted(size(), crc.getValue());
  }

  /** The same pictures with other sides, each pixel between its four nearest. */
  public Pictures resized(int side) {
    if (side == height && side == width) {
      return this;
    }
    byte[] to = new byte[size() * side * side * channels];
    for (int i = 0; i < size(); i++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          resize(i, y, x, side, to);
        }
      }
    }
    return new Pictures(name, channels, side, side, classes, to, labels);
  }

  private void resize(int picture, int y, int x, int side, byte[] to) {
    double atY = Math.clamp((y + 0.5) * height / side - 0.5, 0, height - 1);
    double atX = Math.clamp((x + 0.5) * width / side - 0.5, 0, width - 1);
    int top = (int) atY;
    int left = (int) atX;
    double down = atY - top;
    double right = atX - left;
    int bottom = Math.min(top + 1, height - 1);
    int far = Math.min(left + 1, width - 1);
    for (int c = 0; c < channels; c++) {
      double upper = (1 - right) * at(picture, top, left, c) + right * at(picture, top, far, c);
      double lower =
          (1 - right) * at(picture, bottom, left, c) + right * at(picture, bottom, far, c);
      int index = ((picture * side + y) * side + x) * channels + c;
      to[index] = (byte) Math.round((1 - down) * upper + down * lower);
    }
  }

  private int at(int picture, int y, int x, int c) {
    return Byte.toUnsignedInt(pixels[picture * volume() + (y * width + x) * channels + c]);
  }

  /** Prepared numbers of each picture, [c,h,w], as exported networks want them. */
  DataSet prepared(Normalisation by) {
    float[][] images = new float[size()][volume()];
    int places = height * width;
    for (int i = 0; i < size(); i++) {
      for (int p = 0; p < places; p++) {
        for (int c = 0; c < channels; c++) {
          images[i][c * places + p] = by.of(pixels[i * volume() + p * channels + c], c);
        }
      }
    }
    return new DataSet(
        name,
        Shape.of(channels, height, width),
        Arrays.asList(images),
        Arrays.stream(labels).boxed().toList());
  }
}
