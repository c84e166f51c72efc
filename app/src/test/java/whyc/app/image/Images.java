package whyc.app.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small image files, made by the JDK's writers or byte by byte. */
final class Images {
  private Images() {}

  /** A smooth picture in which no two corners are alike. */
  static BufferedImage gradient(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / Math.max(1, width - 1);
        int green = 255 * y / Math.max(1, height - 1);
        image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | 60);
      }
    }
    return image;
  }

  static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A TIFF block whose only entry is the orientation. */
  static byte[] exif(int orientation) {
    return ByteBuffer.allocate(26)
        .put("MM\0*".getBytes(StandardCharsets.ISO_8859_1))
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  /** The JPEG with one more segment after its start. */
  static byte[] withSegment(byte[] jpeg, int marker, String prefix, byte[] payload) {
    byte[] start = prefix.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(jpeg.length + 4 + start.length + payload.length)
        .put(jpeg, 0, 2)
        .put((byte) 0xff)
        .put((byte) marker)
        .putShort((short) (2 + start.length + payload.length))
        .put(start)
        .put(payload)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /** The PNG with one more chunk behind its header. */
  static byte[] withChunk(byte[] png, String type, byte[] data) {
    byte[] typeAndData = Arrays.copyOf(type.getBytes(StandardCharsets.ISO_8859_1), 4 + data.length);
    System.arraycopy(data, 0, typeAndData, 4, data.length);
    CRC32 crc = new CRC32();
    crc.update(typeAndData);
    return ByteBuffer.allocate(png.length + 12 + data.length)
        .put(png, 0, 33)
        .putInt(data.length)
        .put(typeAndData)
        .putInt((int) crc.getValue())
        .put(png, 33, png.length - 33)
        .array();
  }

  /** The PNG with another size in its header. */
  static byte[] withSize(byte[] png, int width, int height) {
    byte[] changed = png.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    bytes.putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(changed, 12, 17);
    bytes.putInt(29, (int) crc.getValue());
    return changed;
  }
}
