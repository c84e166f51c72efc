package whyc.app.cli;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import whyc.app.image.Picture;
import whyc.app.image.PictureReader;

/**
 * Grey pictures in idx form, as MNIST has them, one after the other: what is not asked for is not
 * read, and what the files say of their length is believed as far as they go. Either may be packed
 * by gzip. Layout, big endian:
 *
 * <pre>{@code
 * ...images...idx3...   int32 0x803, n, h, w; n*h*w bytes
 * ...labels...idx1...   int32 0x801, n; n bytes
 * }</pre>
 */
final class IdxImages {
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  private final Path file;
  private final int count;
  private final int height;
  private final int width;

  private IdxImages(Path file, int count, int height, int width) {
    this.file = file;
    this.count = count;
    this.height = height;
    this.width = width;
  }

  /**
   * Hands out pictures with their labels.
   *
   * @param most that are read, the first ones; where they are all, nothing may follow them
   */
  static void each(Path file, int most, LabelledImages.Sink sink) throws IOException {
    Path beside = labels(file);
    try (DataInputStream pixels = open(file, IMAGES);
        DataInputStream classes = open(beside, LABELS)) {
      IdxImages images = new IdxImages(file, pixels.readInt(), pixels.readInt(), pixels.readInt());
      images.check(classes.readInt());
      for (int i = 0; i < Math.min(most, images.count); i++) {
        Picture picture = images.picture(pixels);
        sink.add(picture, classes.readUnsignedByte(), "image " + i);
      }
      if (most >= images.count && (pixels.read() >= 0 || classes.read() >= 0)) {
        throw new Refusal(
            "%s: idx must have the images and labels that its head tells of, and more follows them"
                .formatted(file));
      }
    } catch (EOFException | ZipException e) {
      throw new Refusal(
          "%s: idx must have the images and labels that its head tells of, and one of the two files is cut or damaged"
              .formatted(file));
    }
  }

  private static Path labels(Path file) {
    Path beside =
        file.resolveSibling(
            String.valueOf(file.getFileName()).replace("images", "labels").replace("idx3", "idx1"));
    if (beside.equals(file) || !Files.exists(beside)) {
      throw new Refusal(
          "%s: images in idx form want their labels beside them, and there is no %s"
              .formatted(file, beside.getFileName()));
    }
    return beside;
  }

  private static DataInputStream open(Path file, int magic) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      InputStream plain = isPacked(file) ? new GZIPInputStream(bytes) : bytes;
      DataInputStream in = new DataInputStream(new BufferedInputStream(plain));
      byte[] first = in.readNBytes(Integer.BYTES);
      int found = java.nio.ByteBuffer.wrap(java.util.Arrays.copyOf(first, Integer.BYTES)).getInt();
      if (first.length < Integer.BYTES || found != magic) {
        throw new Refusal(
            "%s: idx wants the magic number 0x%x first, got %s"
                .formatted(
                    file,
                    magic,
                    first.length < Integer.BYTES ? "an end" : "0x%x".formatted(found)));
      }
      return in;
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static boolean isPacked(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  private void check(int labels) {
    if (count < 0 || count != labels) {
      throw new Refusal(
          "%s: idx wants as many images as labels, got %d and %d".formatted(file, count, labels));
    }
    if (height < 1
        || width < 1
        || Math.max(height, width) > PictureReader.MOST_SIDE
        || 3L * height * width > Integer.MAX_VALUE / 2) {
      throw new Refusal(
          "%s: images of idx must have sides from 1 to %d, got %d x %d"
              .formatted(file, PictureReader.MOST_SIDE, height, width));
    }
  }

  /** Memory grows with what the file has, not with what its head says. */
  private Picture picture(DataInputStream pixels) throws IOException {
    byte[] grey = pixels.readNBytes(height * width);
    if (grey.length < height * width) {
      throw new EOFException();
    }
    byte[] rgb = new byte[3 * grey.length];
    for (int p = 0; p < rgb.length; p++) {
      rgb[p] = grey[p / 3];
    }
    return Picture.of(width, height, rgb);
  }
}
