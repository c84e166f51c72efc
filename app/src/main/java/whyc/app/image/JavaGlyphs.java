package whyc.app.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import whyc.app.image.Typeface.Glyph;

/**
 * Letters through Java2D: slow to start, so only for what the sheets lack, and for making the
 * sheets.
 */
final class JavaGlyphs {
  private JavaGlyphs() {}

  /**
   * The glyph of whatever font the machine has; an empty box where it has none, or no working font
   * system.
   */
  static Glyph drawOrBox(int codePoint, boolean bold) {
    try {
      Font font = new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, Typeface.EM);
      return font.canDisplay(codePoint) ? draw(codePoint, font) : box();
    } catch (RuntimeException | LinkageError | InternalError e) {
      return box();
    }
  }

  /** The glyph of a font of {@link Typeface#EM} pixels. */
  static Glyph draw(int codePoint, Font font) {
    FontRenderContext exact = new FontRenderContext(new AffineTransform(), true, true);
    GlyphVector vector = font.createGlyphVector(exact, Character.toString(codePoint));
    Rectangle2D ink = vector.getVisualBounds();
    int left = (int) Math.floor(ink.getMinX());
    int width = ink.isEmpty() ? 0 : (int) Math.ceil(ink.getMaxX()) - left;
    byte[] coverage = new byte[Typeface.HEIGHT * width];
    if (width > 0) {
      BufferedImage image = new BufferedImage(width, Typeface.HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
      Graphics2D graphics = image.createGraphics();
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fill(vector.getOutline(-left, Typeface.BASELINE));
      graphics.dispose();
      image.getRaster().getDataElements(0, 0, width, Typeface.HEIGHT, coverage);
    }
    return new Glyph(vector.getGlyphMetrics(0).getAdvanceX(), left, width, coverage);
  }

  /** An outlined box, three pixels thick. */
  static Glyph box() {
    int width = 22;
    int top = Typeface.BASELINE - 30;
    byte[] coverage = new byte[Typeface.HEIGHT * width];
    for (int y = top; y < Typeface.BASELINE; y++) {
      for (int x = 0; x < width; x++) {
        boolean edge = x < 3 || x >= width - 3 || y < top + 3 || y >= Typeface.BASELINE - 3;
        coverage[y * width + x] = (byte) (edge ? 255 : 0);
      }
    }
    return new Glyph(28, 3, width, coverage);
  }
}
