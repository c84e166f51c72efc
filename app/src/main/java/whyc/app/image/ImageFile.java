package whyc.app.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What an image file says about itself before any pixel is decoded: size, turn, frames, and whether
 * it is all there.
 *
 * <p>Read from the segments of JPEG (ITU-T T.81, B), the chunks of PNG (ISO/IEC 15948, 5) and WebP
 * (RFC 9649), the blocks of GIF89a and the header of BMP.
 *
 * @param orientation EXIF tag 0x0112, 1 to 8
 * @param frames pictures in the file, at least 1
 * @param progressive whether the decoder must hold all coefficients at once
 * @param uncommon a JPEG that libjpeg does not turn into RGB: four components (CMYK, YCCK), more
 *     than 8 bits, or lossless
 * @param left where the first frame lies on the canvas (GIF)
 * @param top where the first frame lies on the canvas (GIF)
 * @param colorProfile whether the file carries an ICC profile
 */
record ImageFile(
    Format format,
    long width,
    long height,
    int orientation,
    int frames,
    boolean progressive,
    boolean uncommon,
    int left,
    int top,
    boolean colorProfile) {

  /** The formats that are read; {@code plugin} is ImageIO's name. */
  enum Format {
    JPEG("jpeg", "JPEG", ".jpg .jpeg"),
    PNG("png", "PNG", ".png"),
    WEBP("webp", "WebP", ".webp"),
    BMP("bmp", "BMP", ".bmp"),
    GIF("gif", "GIF", ".gif");

    final String plugin;
    final String title;

    private final String endings;

    Format(String plugin, String title, String endings) {
      this.plugin = plugin;
      this.title = title;
      this.endings = endings;
    }

    /** What names of such files usually end in. */
    List<String> endings() {
      return List.of(endings.split(" "));
    }
  }

  /** Reads the header of {@code file}; {@code name} begins every message. */
  static ImageFile read(byte[] file, String name) {
    Format format =
        format(file)
            .orElseThrow(() ->
                new PictureException(
                    name
                        + ": an image is a PNG, JPEG, WebP, BMP or GIF file, got one that begins"
                        + " with the bytes "
                        + HexFormat.ofDelimiter(" ").formatHex(file, 0, Math.min(8, file.length))));
    try {
      ByteBuffer bytes = ByteBuffer.wrap(file);
      ImageFile header =
          switch (format) {
            case JPEG -> jpeg(bytes);
            case PNG -> png(bytes);
            case WEBP -> webp(bytes.order(ByteOrder.LITTLE_ENDIAN));
            case BMP -> bmp(bytes.order(ByteOrder.LITTLE_ENDIAN));
            case GIF -> gif(bytes.order(ByteOrder.LITTLE_ENDIAN));
          };
      if (header.width < 1 || header.height < 1) {
        throw new Damage(
            "its header gives a size of %d x %d".formatted(header.width, header.height));
      }
      return header;
    } catch (Damage e) {
      throw new PictureException(
          name + ": the " + format.title + " file is damaged, " + e.getMessage(), e);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new PictureException(
          name + ": the " + format.title + " file is cut short after " + file.length + " bytes", e);
    }
  }

  /** A JPEG has some segments, and with much metadata some thousand. */
  private static final int MOST_SEGMENTS = 100_000;

  private static final int LOSSLESS = 0xc3;
  private static final int START_OF_SCAN = 0xda;

  /** What is wrong inside a file. */
  private static final class Damage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Damage(String message) {
      super(message);
    }
  }

  private static Optional<Format> format(byte[] file) {
    String start = new String(file, 0, Math.min(16, file.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(Format.JPEG);
    }
    if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(Format.PNG);
    }
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return Optional.of(Format.WEBP);
    }
    if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
      return Optional.of(Format.GIF);
    }
    return start.startsWith("BM") && file.length >= 26 ? Optional.of(Format.BMP) : Optional.empty();
  }

  /**
   * One JPEG segment: from its marker at {@code start} to {@code end}; its payload begins at {@code
   * data}.
   */
  private record Segment(int marker, int start, int data, int end) {}

  /** The segments before the coded pixels, the start of scan last. */
  private static List<Segment> segments(ByteBuffer jpeg) {
    List<Segment> segments = new ArrayList<>();
    int at = 2;
    while (segments.isEmpty() || segments.getLast().marker != START_OF_SCAN) {
      if (jpeg.get(at) != (byte) 0xff) {
        throw new Damage("a segment was expected at byte " + at);
      }
      int start = at;
      while (jpeg.get(at) == (byte) 0xff) {
        at++;
      }
      int end = at + 1 + Short.toUnsignedInt(jpeg.getShort(at + 1));
      segments.add(new Segment(jpeg.get(at) & 0xff, start, at + 3, end));
      if (segments.size() > MOST_SEGMENTS) {
        throw new Damage("it has more than " + MOST_SEGMENTS + " segments before its pixels");
      }
      at = end;
    }
    return segments;
  }

  private static ImageFile jpeg(ByteBuffer bytes) {
    int orientation = 1;
    boolean profile = false;
    Optional<Segment> frame = Optional.empty();
    for (Segment segment : segments(bytes)) {
      if (isExif(bytes, segment)) {
        orientation = orientation(bytes.slice(segment.data + 6, segment.end - segment.data - 6));
      }
      profile |= isColorProfile(bytes, segment);
      frame = frame.isEmpty() && isStartOfFrame(segment.marker) ? Optional.of(segment) : frame;
    }
    Segment size = frame.orElseThrow(() -> new Damage("it has no frame header"));
    int height = Short.toUnsignedInt(bytes.getShort(size.data + 1));
    int width = Short.toUnsignedInt(bytes.getShort(size.data + 3));
    boolean progressive = (size.marker & 3) == 2;
    boolean uncommon =
        bytes.get(size.data) != 8 || bytes.get(size.data + 5) == 4 || size.marker == LOSSLESS;
    return new ImageFile(
        Format.JPEG, width, height, orientation, 1, progressive, uncommon, 0, 0, profile);
  }

  private static boolean isExif(ByteBuffer jpeg, Segment segment) {
    return segment.marker == 0xe1 && has(jpeg, segment.data, "Exif\0\0");
  }

  private static boolean isColorProfile(ByteBuffer jpeg, Segment segment) {
    return segment.marker == 0xe2 && has(jpeg, segment.data, "ICC_PROFILE\0");
  }

  /**
   * The JPEG file without its ICC profile, so that the decoder hands over the bytes that libjpeg
   * would.
   */
  static byte[] withoutColorProfile(byte[] jpeg) {
    ByteBuffer bytes = ByteBuffer.wrap(jpeg);
    ByteBuffer kept = ByteBuffer.allocate(jpeg.length).put(jpeg, 0, 2);
    int end = 2;
    for (Segment segment : segments(bytes)) {
      if (!isColorProfile(bytes, segment)) {
        kept.put(jpeg, segment.start, segment.end - segment.start);
      }
      end = segment.end;
    }
    kept.put(jpeg, end, jpeg.length - end);
    return Arrays.copyOf(kept.array(), kept.position());
  }

  /** SOF0 to SOF15 without DHT, JPG and DAC. */
  private static boolean isStartOfFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean has(ByteBuffer bytes, int at, String text) {
    byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
    return at + expected.length <= bytes.limit()
        && ByteBuffer.wrap(expected).equals(bytes.slice(at, expected.length));
  }

  private static ImageFile png(ByteBuffer bytes) {
    int orientation = 1;
    int frames = 1;
    boolean profile = false;
    bytes.position(8);
    String type = "";
    while (!type.equals("IEND")) {
      int length = bytes.getInt();
      int at = bytes.position();
      ByteBuffer checked = bytes.slice(at, Math.addExact(length, 4));
      byte[] name = new byte[4];
      checked.get(0, name);
      type = new String(name, StandardCharsets.ISO_8859_1);
      ByteBuffer data = checked.slice(4, length);
      bytes.position(at + 4 + length);
      int crc = bytes.getInt();
      switch (type) {
        case "IHDR", "PLTE", "IDAT", "IEND" -> check(checked, crc, type, at);
        case "acTL" -> frames = Math.max(1, data.getInt(0));
        case "eXIf" -> orientation = orientation(data);
        case "iCCP" -> profile = true;
        default -> {}
      }
    }
    return new ImageFile(
        Format.PNG,
        Integer.toUnsignedLong(bytes.getInt(16)),
        Integer.toUnsignedLong(bytes.getInt(20)),
        orientation,
        frames,
        false,
        false,
        0,
        0,
        profile);
  }

  private static void check(ByteBuffer typeAndData, int expected, String type, int at) {
    CRC32 crc = new CRC32();
    crc.update(typeAndData.duplicate());
    if ((int) crc.getValue() != expected) {
      throw new Damage("the checksum of chunk %s at byte %d is wrong".formatted(type, at));
    }
  }

  private static ImageFile webp(ByteBuffer bytes) {
    long end = 8 + Integer.toUnsignedLong(bytes.getInt(4));
    if (end > bytes.limit()) {
      throw new IllegalArgumentException("cut short");
    }
    int orientation = 1;
    int frames = 0;
    boolean profile = false;
    Optional<Size> canvas = Optional.empty();
    Optional<Size> picture = Optional.empty();
    int at = 12;
    while (at + 8 <= end) {
      int length = bytes.getInt(at + 4);
      ByteBuffer data = bytes.slice(at + 8, length).order(ByteOrder.LITTLE_ENDIAN);
      String name = fourCharacters(bytes, at);
      switch (name) {
        case "VP8X" -> canvas = Optional.of(Size.of24Bits(data, 4));
        case "VP8 ", "VP8L" -> picture = Optional.of(picture.orElse(Size.ofPixels(name, data)));
        case "ANMF" -> {
          frames++;
          Size frame = Size.of24Bits(data, 6);
          picture = Optional.of(picture.orElse(frame));
          if (frame.isLargerThan(canvas.orElse(frame)) || pixels(data).isLargerThan(frame)) {
            throw new Damage("frame " + frames + " is larger than it says or than its canvas");
          }
        }
        case "ICCP" -> profile = true;
        case "EXIF" ->
            orientation = orientation(has(data, 0, "Exif\0\0") ? data.slice(6, length - 6) : data);
        default -> {}
      }
      at = Math.addExact(Math.addExact(at, 8), Math.addExact(length, length & 1));
    }
    Size size =
        canvas.isPresent()
            ? canvas.get()
            : picture.orElseThrow(() -> new Damage("it holds no picture"));
    if (picture.filter(p -> p.isLargerThan(size)).isPresent()) {
      throw new Damage("its picture is larger than its canvas");
    }
    return new ImageFile(
        Format.WEBP,
        size.width,
        size.height,
        orientation,
        Math.max(1, frames),
        false,
        false,
        0,
        0,
        profile);
  }

  /** Width and height as WebP says them, in one of three ways. */
  private record Size(int width, int height) {
    static Size of24Bits(ByteBuffer data, int at) {
      return new Size(1 + (data.getInt(at) & 0xffffff), 1 + (data.getInt(at + 2) >>> 8));
    }

    /** Of the coded pixels: 14 bits each, after a start code or packed (RFC 9649, 2.5 and 3.4). */
    static Size ofPixels(String chunk, ByteBuffer data) {
      return chunk.equals("VP8 ")
          ? new Size(data.getShort(6) & 0x3fff, data.getShort(8) & 0x3fff)
          : new Size(1 + (data.getInt(1) & 0x3fff), 1 + ((data.getInt(1) >>> 14) & 0x3fff));
    }

    boolean isLargerThan(Size other) {
      return width > other.width || height > other.height;
    }
  }

  /** The size of the coded pixels within a frame of an animation. */
  private static Size pixels(ByteBuffer frame) {
    int at = 16;
    while (at + 8 <= frame.limit()) {
      int length = frame.getInt(at + 4);
      ByteBuffer data = frame.slice(at + 8, length).order(ByteOrder.LITTLE_ENDIAN);
      String name = fourCharacters(frame, at);
      if (name.startsWith("VP8")) {
        return Size.ofPixels(name, data);
      }
      at = Math.addExact(Math.addExact(at, 8), Math.addExact(length, length & 1));
    }
    throw new Damage("a frame holds no picture");
  }

  private static String fourCharacters(ByteBuffer bytes, int at) {
    byte[] name = new byte[4];
    bytes.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static ImageFile bmp(ByteBuffer bytes) {
    boolean core = bytes.getInt(14) == 12;
    long width = core ? Short.toUnsignedInt(bytes.getShort(18)) : bytes.getInt(18);
    long height =
        core ? Short.toUnsignedInt(bytes.getShort(20)) : Math.abs((long) bytes.getInt(22));
    return new ImageFile(Format.BMP, width, height, 1, 1, false, false, 0, 0, false);
  }

  private static ImageFile gif(ByteBuffer bytes) {
    int width = Short.toUnsignedInt(bytes.getShort(6));
    int height = Short.toUnsignedInt(bytes.getShort(8));
    int at = 13 + colorTable(bytes.get(10));
    int frames = 0;
    int left = 0;
    int top = 0;
    while (at < bytes.limit() && bytes.get(at) != 0x3b) {
      if (bytes.get(at) == 0x2c) {
        if (frames == 0) {
          left = Short.toUnsignedInt(bytes.getShort(at + 1));
          top = Short.toUnsignedInt(bytes.getShort(at + 3));
          width = Math.max(width, left + Short.toUnsignedInt(bytes.getShort(at + 5)));
          height = Math.max(height, top + Short.toUnsignedInt(bytes.getShort(at + 7)));
        }
        frames++;
        at += 10 + colorTable(bytes.get(at + 9)) + 1;
      } else if (bytes.get(at) == 0x21) {
        at += 2;
      } else {
        throw new Damage("a block was expected at byte " + at);
      }
      while (bytes.get(at) != 0) {
        at += 1 + Byte.toUnsignedInt(bytes.get(at));
      }
      at++;
    }
    if (frames == 0) {
      throw new Damage("it holds no picture");
    }
    return new ImageFile(Format.GIF, width, height, 1, frames, false, false, left, top, false);
  }

  /** Bytes of the colour table that these flags announce. */
  private static int colorTable(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  /**
   * Tag 0x0112 of the first directory of a TIFF block; 1 where the block is unreadable, as a viewer
   * would.
   */
  private static int orientation(ByteBuffer tiff) {
    try {
      ByteBuffer block =
          tiff.duplicate()
              .order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int directory = block.getInt(4);
      int entries = Short.toUnsignedInt(block.getShort(directory));
      for (int i = 0; i < entries; i++) {
        int entry = directory + 2 + 12 * i;
        if (block.getShort(entry) == 0x0112) {
          int value = block.getShort(entry + 8);
          return value >= 1 && value <= 8 ? value : 1;
        }
      }
      return 1;
    } catch (IndexOutOfBoundsException e) {
      return 1;
    }
  }
}
