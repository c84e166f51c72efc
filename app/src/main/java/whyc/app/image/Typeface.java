package whyc.app.image;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.InflaterInputStream;

/**
 * Letters for captions, drawn once at a large size and shrunk here, without Java2D.
 *
 * <p>Why: the first line of text through Java2D costs a cold JVM 132 to 158 ms (171 to 534 ms in
 * the first three runs, from disk) and its look depends on the fonts of the machine; a whole
 * caption from these sheets costs 70 to 81 ms and is the same everywhere (Temurin 25.0.3, two cores
 * with a load of 4 to 5, 512 pixels wide, five and three runs). Only characters beyond the sheets
 * (Latin, Greek, Cyrillic, some signs) are asked of Java2D, see {@link JavaGlyphs}.
 *
 * <p>The sheets {@code caption-*.bin} hold DejaVu Sans (Bitstream Vera licence), made by {@code
 * GlyphSheets} of the tests. Layout, big endian, the whole deflated:
 *
 * <pre>{@code
 * count:2  then for every glyph   codePoint:2  advance:2 (1/64 pixel)  left:1 (signed)  width:1
 *          then for every glyph   coverage:[HEIGHT, width] of bytes 0..255
 * }</pre>
 */
final class Typeface {
  /** Pixels to the em at which glyphs are stored. */
  static final int EM = 42;

  /** Height of a stored glyph; the baseline lies {@link #BASELINE} below its top. */
  static final int HEIGHT = 52;

  static final int BASELINE = 40;

  /**
   * One letter: {@code coverage: [HEIGHT, width]}, beginning {@code left} of the pen, which then
   * moves on by {@code advance}.
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  record Glyph(double advance, int left, int width, byte[] coverage) {}

  /** Text as coverage in {@code [0, 1]}: {@code [height, width]}. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  record Mask(int width, int height, int baseline, double[] coverage) {}

  private static final String ELLIPSIS = "\u2026";

  private final boolean bold;
  private final Map<Integer, Glyph> glyphs;

  private Typeface(boolean bold, Map<Integer, Glyph> glyphs) {
    this.bold = bold;
    this.glyphs = glyphs;
  }

  static Typeface regular() {
    return read("caption-regular.bin", false);
  }

  static Typeface bold() {
    return read("caption-bold.bin", true);
  }

  private static Typeface read(String name, boolean bold) {
    try (InputStream file = Typeface.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("Typeface wants the resource whyc/app/image/" + name);
      }
      DataInputStream sheet = new DataInputStream(new InflaterInputStream(file));
      int count = sheet.readUnsignedShort();
      int[] codePoints = new int[count];
      Glyph[] read = new Glyph[count];
      for (int i = 0; i < count; i++) {
        codePoints[i] = sheet.readUnsignedShort();
        double advance = sheet.readUnsignedShort() / 64.0;
        int left = sheet.readByte();
        int width = sheet.readUnsignedByte();
        read[i] = new Glyph(advance, left, width, new byte[HEIGHT * width]);
      }
      Map<Integer, Glyph> glyphs = new ConcurrentHashMap<>(2 * count);
      for (int i = 0; i < count; i++) {
        sheet.readFully(read[i].coverage());
        glyphs.put(codePoints[i], read[i]);
      }
      return new Typeface(bold, glyphs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pixels that the text takes at this size. */
  double width(String text, double pixelsPerEm) {
    double advance = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      advance += glyph(text.codePointAt(i)).advance();
    }
    return advance * pixelsPerEm / EM;
  }

  /** The text, or as much of its beginning as fits, with an ellipsis. */
  String fit(String text, double pixelsPerEm, double width) {
    if (width(text, pixelsPerEm) <= width) {
      return text;
    }
    int[] codePoints = text.codePoints().toArray();
    for (int n = codePoints.length - 1; n > 0; n--) {
      String shorter = new String(codePoints, 0, n).strip() + ELLIPSIS;
      if (width(shorter, pixelsPerEm) <= width) {
        return shorter;
      }
    }
    return ELLIPSIS;
  }

  /**
   * The text at this size: set at {@link #EM}, then shrunk as a whole, so that letters fall between
   * pixels where they should.
   */
  Mask draw(String text, double pixelsPerEm) {
    double shrink = EM / pixelsPerEm;
    int width = (int) Math.ceil(width(text, pixelsPerEm)) + 2;
    int height = (int) Math.ceil(HEIGHT / shrink);
    int baseline = (int) Math.round(BASELINE / shrink);
    int masterWidth = (int) Math.ceil(width * shrink) + EM;
    float[] master = new float[HEIGHT * masterWidth];
    double pen = shrink;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      Glyph glyph = glyph(text.codePointAt(i));
      paint(glyph, (int) Math.round(pen) + glyph.left(), master, masterWidth);
      pen += glyph.advance();
    }
    double[] coverage =
        Resampler.resize(
            master,
            masterWidth,
            Resampler.of(Resampler.Kernel.BOX, masterWidth, width, 0, shrink),
            Resampler.of(
                Resampler.Kernel.BOX, HEIGHT, height, BASELINE - baseline * shrink, shrink));
    return new Mask(width, height, baseline, coverage);
  }

  private static void paint(Glyph glyph, int left, float[] master, int masterWidth) {
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = Math.max(0, -left); x < Math.min(glyph.width(), masterWidth - left); x++) {
        int at = y * masterWidth + left + x;
        master[at] = Math.max(master[at], (glyph.coverage()[y * glyph.width() + x] & 0xff) / 255f);
      }
    }
  }

  private Glyph glyph(int codePoint) {
    int shown = Character.isISOControl(codePoint) ? ' ' : codePoint;
    return glyphs.computeIfAbsent(shown, c -> JavaGlyphs.drawOrBox(c, bold));
  }
}
