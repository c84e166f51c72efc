package whyc.app.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import whyc.app.image.ImageFile.Format;
import whyc.refusal.FileFault;

/**
 * Reads PNG, JPEG, WebP, BMP and GIF into sRGB bytes, and says what it did to get there.
 *
 * <p>The samples are taken as they stand in the file: an ICC profile is not applied and grey is not
 * re-curved, so that a JPEG gives the bytes of libjpeg, and a picture the bytes that Pillow and
 * OpenCV give (models were trained on those). EXIF orientation is applied, transparency composited
 * on white, sixteen bits rounded to eight. JPEG goes through the JDK's reader (libjpeg); only what
 * that one cannot read, such as CMYK, goes through TwelveMonkeys, as does WebP.
 *
 * <p>Sizes come from the header before anything is decoded. A picture above {@link #MOST_PIXELS} or
 * {@link #MOST_SIDE} is decoded with every n-th row and column only, where the decoder can do so
 * without holding it whole, and refused otherwise.
 */
public final class PictureReader {
  /** Pixels that are decoded at most. */
  public static final long MOST_PIXELS = 100_000_000;

  /** Longest side that is decoded. */
  public static final long MOST_SIDE = 30_000;

  /** Pixels that a file may have at all. */
  static final long MOST_STORED_PIXELS = 1_000_000_000;

  private static final long MOST_BYTES = 1L << 30;

  /** What decoding may take for each pixel: samples of 8 bytes, RGB, and RGB turned. */
  private static final int BYTES_PER_PIXEL = 16;

  /** Pixels that are decoded at most here: a small heap holds fewer. */
  private static final long MOST_HELD =
      Math.min(MOST_PIXELS, Runtime.getRuntime().maxMemory() / BYTES_PER_PIXEL);

  private PictureReader() {}

  /**
   * A picture and how it came about.
   *
   * @param picture the pixels
   * @param format {@code PNG}, {@code JPEG}, {@code WebP}, {@code BMP} or {@code GIF}
   * @param notes what was done to the file's pixels, in order; empty if nothing
   */
  public record Reading(Picture picture, String format, List<String> notes) {
    public Reading {
      notes = List.copyOf(notes);
    }
  }

  /** What names of files that can be read usually end in, in small letters. */
  public static List<String> endings() {
    return Arrays.stream(Format.values()).flatMap(f -> f.endings().stream()).toList();
  }

  /** Reads a file; whatever is wrong with it is said in a {@link PictureException}. */
  public static Reading read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new PictureException(file + ": an image is a file, got a folder");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new PictureException(
            "%s: an image file has at most %d bytes, got %d"
                .formatted(file, MOST_BYTES, Files.size(file)));
      }
      return read(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new PictureException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new PictureException(file + ": the file cannot be read: " + FileFault.reason(e), e);
    }
  }

  /** Reads an image from memory; {@code name} begins every message. */
  public static Reading read(byte[] file, String name) {
    if (file.length == 0) {
      throw new PictureException(name + ": an image has pixels, got an empty file");
    }
    ImageFile header = ImageFile.read(file, name);
    int step = step(header, name);
    List<String> notes = new ArrayList<>();
    Decoder decoder = new Decoder(header, name, step, notes);
    Picture picture = decoder.decode(file);
    if (step > 1) {
      notes.add(
          "every %s row and column of %d x %d decoded"
              .formatted(ordinal(step), header.width(), header.height()));
    }
    if (header.orientation() != 1) {
      picture = turn(picture, header.orientation());
      notes.add("EXIF orientation " + header.orientation() + " applied");
    }
    return new Reading(picture, header.format().title, notes);
  }

  private static String ordinal(int n) {
    return n == 2 ? "2nd" : n == 3 ? "3rd" : n + "th";
  }

  /** The n of "every n-th row and column" that keeps the bounds. */
  private static int step(ImageFile header, String name) {
    long w = header.width();
    long h = header.height();
    int step = 1;
    while (Math.max(Math.ceilDiv(w, step), Math.ceilDiv(h, step)) > MOST_SIDE
        || Math.ceilDiv(w, step) * Math.ceilDiv(h, step) > MOST_HELD) {
      step++;
    }
    boolean streams =
        header.format() != Format.WEBP && header.format() != Format.GIF && !header.progressive();
    if (step > 1
        && (!streams
            || w > Integer.MAX_VALUE
            || h > Integer.MAX_VALUE
            || w * h > MOST_STORED_PIXELS)) {
      throw new PictureException(
          "%s: an image has at most %d pixels and sides of at most %d, got %d x %d"
              .formatted(name, MOST_HELD, MOST_SIDE, w, h));
    }
    return step;
  }

  /** EXIF 2.32, tag Orientation: where row 0 and column 0 of the stored picture are shown. */
  static Picture turn(Picture stored, int orientation) {
    int w = stored.width();
    int h = stored.height();
    boolean swapped = orientation >= 5;
    int width = swapped ? h : w;
    int height = swapped ? w : h;
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from =
            switch (orientation) {
              case 2 -> y * w + (w - 1 - x);
              case 3 -> (h - 1 - y) * w + (w - 1 - x);
              case 4 -> (h - 1 - y) * w + x;
              case 5 -> x * w + y;
              case 6 -> (h - 1 - x) * w + y;
              case 7 -> (h - 1 - x) * w + (w - 1 - y);
              case 8 -> x * w + (w - 1 - y);
              default -> y * w + x;
            };
        System.arraycopy(stored.bytes(), 3 * from, rgb, 3 * (y * width + x), 3);
      }
    }
    return Picture.owning(width, height, rgb);
  }

  /**
   * Bytes that do end. Some decoders take what lies behind the end for zeros: the WebP reader makes
   * tables of them for minutes, at one exception a byte.
   */
  private static final class EndingStream extends MemoryCacheImageInputStream {
    /** What a decoder that reads ahead may ask for. */
    private static final int MOST_BEYOND = 4096;

    private int beyond;

    EndingStream(byte[] file) {
      super(new ByteArrayInputStream(file));
    }

    @Override
    public int read() throws IOException {
      return counted(super.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return counted(super.read(bytes, offset, length));
    }

    private int counted(int read) throws IOException {
      if (read < 0 && ++beyond > MOST_BEYOND) {
        throw new IIOException("it ends before its pixels do");
      }
      return read;
    }
  }

  /** One file's way through ImageIO. */
  private record Decoder(ImageFile header, String name, int step, List<String> notes) {

    Picture decode(byte[] file) {
      BufferedImage image = header.format() == Format.JPEG ? jpeg(file) : decode(file, reader(""));
      if (header.frames() > 1) {
        notes.add("first of " + header.frames() + " frames");
      }
      Picture picture = samples(image);
      return header.format() == Format.GIF ? onCanvas(picture) : picture;
    }

    private BufferedImage jpeg(byte[] file) {
      if (header.uncommon()) {
        notes.add("converted to sRGB by TwelveMonkeys");
        return decode(file, reader("com.twelvemonkeys."));
      }
      if (header.colorProfile()) {
        notes.add("colour profile not applied");
        return decode(ImageFile.withoutColorProfile(file), reader("com.sun."));
      }
      return decode(file, reader("com.sun."));
    }

    /** The first reader of the format whose class has that prefix. */
    private ImageReader reader(String classPrefix) {
      ImageIO.setUseCache(false);
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(header.format().plugin);
      while (readers.hasNext()) {
        ImageReader reader = readers.next();
        if (reader.getClass().getName().startsWith(classPrefix)) {
          return reader;
        }
      }
      throw new PictureException(
          name + ": no reader for this kind of " + header.format().title + " is installed");
    }

    private BufferedImage decode(byte[] file, ImageReader reader) {
      List<String> warnings = new ArrayList<>();
      try (MemoryCacheImageInputStream input = new EndingStream(file)) {
        reader.setInput(input, true, true);
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        ImageReadParam parameters = reader.getDefaultReadParam();
        parameters.setSourceSubsampling(step, step, 0, 0);
        BufferedImage image = reader.read(0, parameters);
        for (String warning : warnings) {
          if (isDamage(warning)) {
            throw damaged(warning);
          }
        }
        return image;
      } catch (IOException | RuntimeException e) {
        if (e instanceof PictureException known) {
          throw known;
        }
        throw damaged(describe(e));
      } finally {
        reader.dispose();
      }
    }

    /** The decoder's own words: of libjpeg's warnings those that mean lost pixels (jerror.h). */
    private static boolean isDamage(String warning) {
      String lower = warning.toLowerCase(Locale.ROOT);
      return lower.contains("premature")
          || lower.contains("bad huffman")
          || lower.contains("instead of rst")
          || lower.contains("truncated");
    }

    private static String describe(Exception e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      String message = root.getMessage();
      return message == null ? root.getClass().getSimpleName() : message;
    }

    private PictureException damaged(String reason) {
      return new PictureException(
          "%s: the %s file is damaged or cut short (%s)"
              .formatted(name, header.format().title, reason.strip()));
    }

    /** The samples of the raster as bytes, transparency composited on white. */
    private Picture samples(BufferedImage image) {
      int width = image.getWidth();
      int height = image.getHeight();
      if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
          && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
          && buffer.getData().length == 3 * width * height) {
        return Picture.owning(width, height, reversed(buffer.getData()));
      }
      ColorModel model = image.getColorModel();
      Raster raster = image.getRaster();
      byte[] rgb = new byte[3 * Math.multiplyExact(width, height)];
      int bands = raster.getNumBands();
      boolean palette = model instanceof IndexColorModel;
      boolean transparent = false;
      int[] most = new int[bands];
      for (int b = 0; b < bands; b++) {
        most[b] = (int) ((1L << model.getComponentSize(palette ? 0 : b)) - 1);
      }
      int[] row = new int[bands * width];
      for (int y = 0; y < height; y++) {
        raster.getPixels(0, y, width, 1, row);
        for (int x = 0; x < width; x++) {
          int at = bands * x;
          int color = palette ? model.getRGB(row[at]) : argb(row, at, most);
          int alpha = color >>> 24;
          transparent |= alpha < 255;
          for (int c = 0; c < 3; c++) {
            int level = (color >> (16 - 8 * c)) & 0xff;
            int opaque = model.isAlphaPremultiplied() ? 255 * level : alpha * level;
            rgb[3 * (y * width + x) + c] = (byte) ((opaque + 255 * (255 - alpha) + 127) / 255);
          }
        }
      }
      if (transparent) {
        notes.add("alpha composited on white");
      }
      if (!palette && most[0] > 255) {
        notes.add(model.getComponentSize(0) + " bits rounded to 8");
      }
      return Picture.owning(width, height, rgb);
    }

    /** BGR to RGB, in place: the way of nearly every photograph. */
    private static byte[] reversed(byte[] bgr) {
      for (int i = 0; i < bgr.length; i += 3) {
        byte blue = bgr[i];
        bgr[i] = bgr[i + 2];
        bgr[i + 2] = blue;
      }
      return bgr;
    }

    /** One or two bands are grey, three or four colours; the even ones end with alpha. */
    private static int argb(int[] row, int at, int[] most) {
      int bands = most.length;
      int alpha = bands % 2 == 0 ? eight(row[at + bands - 1], most[bands - 1]) : 255;
      int red = eight(row[at], most[0]);
      int green = bands < 3 ? red : eight(row[at + 1], most[1]);
      int blue = bands < 3 ? red : eight(row[at + 2], most[2]);
      return alpha << 24 | red << 16 | green << 8 | blue;
    }

    private static int eight(int value, int most) {
      return most == 255 ? value : (int) ((255L * value + most / 2) / most);
    }

    /** A first GIF frame smaller than its canvas, on white. */
    private Picture onCanvas(Picture frame) {
      int width = (int) header.width();
      int height = (int) header.height();
      if (frame.width() == width && frame.height() == height) {
        return frame;
      }
      byte[] rgb = new byte[3 * Math.multiplyExact(width, height)];
      Arrays.fill(rgb, (byte) 0xff);
      for (int y = 0; y < frame.height(); y++) {
        int to = 3 * ((header.top() + y) * width + header.left());
        System.arraycopy(frame.bytes(), 3 * y * frame.width(), rgb, to, 3 * frame.width());
      }
      notes.add("frame of %d x %d placed on its canvas".formatted(frame.width(), frame.height()));
      return Picture.owning(width, height, rgb);
    }
  }
}
