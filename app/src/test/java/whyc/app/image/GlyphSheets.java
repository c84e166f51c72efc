package whyc.app.image;

import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import whyc.app.image.Typeface.Glyph;

/**
 * Makes {@code caption-regular.bin} and {@code caption-bold.bin}: {@code GlyphSheets DejaVuSans.ttf
 * DejaVuSans-Bold.ttf FOLDER}.
 */
final class GlyphSheets {
  private GlyphSheets() {}

  public static void main(String[] arguments) throws Exception {
    System.setProperty("java.awt.headless", "true");
    write(Path.of(arguments[0]), Path.of(arguments[2], "caption-regular.bin"));
    write(Path.of(arguments[1]), Path.of(arguments[2], "caption-bold.bin"));
  }

  private static void write(Path fontFile, Path sheet) throws Exception {
    Font font =
        Font.createFont(Font.TRUETYPE_FONT, fontFile.toFile()).deriveFont((float) Typeface.EM);
    int[] codePoints = codePoints().filter(font::canDisplay).toArray();
    List<Glyph> glyphs = IntStream.of(codePoints).mapToObj(c -> JavaGlyphs.draw(c, font)).toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater best = new Deflater(Deflater.BEST_COMPRESSION);
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, best))) {
      out.writeShort(codePoints.length);
      for (int i = 0; i < codePoints.length; i++) {
        out.writeShort(codePoints[i]);
        out.writeShort((int) Math.round(64 * glyphs.get(i).advance()));
        out.writeByte(glyphs.get(i).left());
        out.writeByte(glyphs.get(i).width());
      }
      for (Glyph glyph : glyphs) {
        writeCoverage(out, glyph);
      }
    }
    best.end();
    Files.write(sheet, bytes.toByteArray());
  }

  /** Sixteen levels are enough for glyphs that will be shrunk, and pack well. */
  private static void writeCoverage(DataOutputStream out, Glyph glyph) throws IOException {
    for (byte coverage : glyph.coverage()) {
      out.writeByte(17 * Math.round((coverage & 0xff) / 17f));
    }
  }

  /**
   * Printable ASCII, Latin-1, Latin Extended-A, Greek, Cyrillic, and the punctuation and signs of
   * captions.
   */
  private static IntStream codePoints() {
    IntStream letters =
        IntStream.concat(
            IntStream.concat(IntStream.rangeClosed(0x20, 0x7e), IntStream.rangeClosed(0xa0, 0x17f)),
            IntStream.concat(
                IntStream.rangeClosed(0x386, 0x3ce), IntStream.rangeClosed(0x401, 0x45f)));
    String signs =
        "\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026"
            + "\u2190\u2192\u2212\u2248\u2260\u2264\u2265\u221e\u03a3";
    return IntStream.concat(letters, signs.codePoints()).distinct().sorted();
  }
}
