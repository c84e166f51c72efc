package whyc.app.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import whyc.app.image.Typeface.Mask;

/**
 * Sets a caption below a picture.
 *
 * <pre>
 * label                                  score
 * method · layer · profile
 * [ scale bar                                ]
 * low                 (0)                 high
 * raw map h x w, or what was made of it, from minimum to maximum
 * </pre>
 */
final class CaptionStrip {
  private static final int PAPER = 0xffffff;
  private static final int INK = 0x1a1a1a;
  private static final int PALE = 0x5a5a5a;
  private static final int LEAST_WIDTH = HeatmapPainter.LEAST;
  private static final String MIDDLE_DOT = "  \u00b7  ";

  /** Loaded when the first caption is set. */
  private static final Typeface REGULAR = Typeface.regular();

  private static final Typeface BOLD = Typeface.bold();

  private final int width;
  private final double em;
  private final int margin;
  private byte[] rgb;
  private int bottom;

  private CaptionStrip(int width) {
    this.width = width;
    this.em = 13 + 0.014 * (width - LEAST_WIDTH);
    this.margin = (int) Math.round(em);
    this.rgb = new byte[0];
  }

  static Picture below(Picture picture, HeatMap map, ColorMap colors, Caption caption) {
    CaptionStrip strip = new CaptionStrip(Math.max(LEAST_WIDTH, picture.width()));
    strip.picture(picture);
    strip.space(0.55);
    strip.ends(BOLD, 1.2 * strip.em, caption.label(), REGULAR, strip.em, caption.score());
    strip.paragraph(caption.details());
    strip.space(0.35);
    if (map.isConstant()) {
      strip.bar(unit -> ColorMap.NEUTRAL);
      strip.space(0.1);
      strip.line(INK, "constant map, value " + Caption.number(map.minimum()));
    } else {
      strip.bar(colors::at);
      strip.space(0.1);
      strip.ticks(map);
    }
    strip.paragraph(describe(map.raw()));
    strip.space(0.6);
    return Picture.owning(strip.width, strip.bottom, strip.rgb);
  }

  private static List<String> describe(HeatMap map) {
    String range =
        "%s %s \u00d7 %s, from %s to %s"
            .formatted(
                map.what(),
                map.height(),
                map.width(),
                Caption.number(map.minimum()),
                Caption.number(map.maximum()));
    return map.isClipped() ? List.of(range, "colours end at the 99th percentile") : List.of(range);
  }

  private int inner() {
    return width - 2 * margin;
  }

  private void grow(int rows) {
    int from = rgb.length;
    rgb = Arrays.copyOf(rgb, from + 3 * width * rows);
    Arrays.fill(rgb, from, rgb.length, (byte) PAPER);
    bottom += rows;
  }

  private void space(double ems) {
    grow((int) Math.round(ems * em));
  }

  private void picture(Picture picture) {
    grow(picture.height());
    int left = (width - picture.width()) / 2;
    for (int y = 0; y < picture.height(); y++) {
      System.arraycopy(
          picture.bytes(),
          3 * y * picture.width(),
          rgb,
          3 * (y * width + left),
          3 * picture.width());
    }
  }

  /** Two texts on one baseline; the left one is shortened where both do not fit. */
  private void ends(
      Typeface leftFace,
      double leftEm,
      String left,
      Typeface rightFace,
      double rightEm,
      String right) {
    int top = bottom;
    grow((int) Math.ceil(1.3 * leftEm));
    int baseline = top + (int) Math.round(leftEm);
    String shownRight = rightFace.fit(right, rightEm, 0.6 * inner());
    double rightWidth = rightFace.width(shownRight, rightEm);
    String shownLeft = leftFace.fit(left, leftEm, inner() - rightWidth - em);
    text(leftFace, leftEm, INK, shownLeft, margin, baseline);
    text(rightFace, rightEm, PALE, shownRight, width - margin - rightWidth, baseline);
  }

  /** As many lines as the parts need, broken between parts. */
  private void paragraph(List<String> parts) {
    List<String> lines = new ArrayList<>();
    for (String part : parts) {
      String longer = lines.isEmpty() ? part : lines.getLast() + MIDDLE_DOT + part;
      if (!lines.isEmpty() && REGULAR.width(longer, em) <= inner()) {
        lines.set(lines.size() - 1, longer);
      } else {
        lines.add(part);
      }
    }
    lines.forEach(l -> line(PALE, l));
  }

  private void line(int color, String text) {
    int top = bottom;
    grow((int) Math.ceil(1.4 * em));
    text(
        REGULAR,
        em,
        color,
        REGULAR.fit(text, em, inner()),
        margin,
        top + (int) Math.round(1.05 * em));
  }

  private interface Colors {
    int at(double unit);
  }

  private void bar(Colors colors) {
    int top = bottom;
    grow((int) Math.round(0.8 * em));
    for (int y = top; y < bottom; y++) {
      for (int x = 0; x < inner(); x++) {
        HeatmapPainter.put(colors.at((x + 0.5) / inner()), rgb, y * width + margin + x);
      }
    }
  }

  private void ticks(HeatMap map) {
    int top = bottom;
    grow((int) Math.ceil(1.4 * em));
    int baseline = top + (int) Math.round(1.05 * em);
    String low = (map.minimum() < map.low() ? "\u2264 " : "") + Caption.number(map.low());
    String high = (map.maximum() > map.high() ? "\u2265 " : "") + Caption.number(map.high());
    text(REGULAR, em, INK, low, margin, baseline);
    text(REGULAR, em, INK, high, width - margin - REGULAR.width(high, em), baseline);
    if (map.scale() == HeatMap.Scale.SYMMETRIC) {
      text(REGULAR, em, INK, "0", (width - REGULAR.width("0", em)) / 2, baseline);
    }
  }

  private void text(Typeface face, double size, int color, String text, double left, int baseline) {
    Mask mask = face.draw(text, size);
    int startX = (int) Math.round(left) - 1;
    int startY = baseline - mask.baseline();
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        int px = startX + x;
        int py = startY + y;
        double coverage = mask.coverage()[y * mask.width() + x];
        if (coverage > 0 && px >= 0 && px < width && py >= 0 && py < bottom) {
          HeatmapPainter.put(
              ColorMap.mix(PAPER, color, ColorMap.share(coverage)), rgb, py * width + px);
        }
      }
    }
  }
}
