package whyc.app.report;

import java.util.Formatter;
import java.util.Locale;

/** A picture of rectangles, lines and words. */
final class Svg {
  private static final String INK = "#1a1a1a";
  private static final String PALE = "#555555";

  private final Formatter out = new Formatter(Locale.ROOT);

  Svg(int width, int height, String title) {
    out.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " font-family=\"system-ui,sans-serif\" font-size=\"12\"><title>%s</title>%n",
        width, height, Markup.text(title));
  }

  /** A rectangle; a browser tells {@code says} where the pointer rests. */
  void box(double x, double y, double width, double height, String color, String says) {
    out.format(
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"><title>%s</title></rect>%n",
        x, y, width, height, color, Markup.text(says));
  }

  void frame(double x, double y, double width, double height) {
    out.format(
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#f6f6f6\"/>%n",
        x, y, width, height);
  }

  void dot(double x, double y, String color, String says) {
    out.format(
        "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4.5\" fill=\"%s\" fill-opacity=\"0.75\"><title>%s</title></circle>%n",
        x, y, color, Markup.text(says));
  }

  void line(double x1, double y1, double x2, double y2, String color) {
    out.format(
        "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\"/>%n",
        x1, y1, x2, y2, color);
  }

  /** Points joined by lines: {@code x,y x,y ...}. */
  void path(String points, String color) {
    out.format(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
        points, color);
  }

  void words(double x, double y, String anchor, String text) {
    words(x, y, anchor, text, INK);
  }

  void pale(double x, double y, String anchor, String text) {
    words(x, y, anchor, text, PALE);
  }

  private void words(double x, double y, String anchor, String text, String color) {
    out.format(
        "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
        x, y, anchor, color, Markup.text(text));
  }

  /** Coloured squares with what they stand for, from left to right. */
  void legend(double x, double y, Iterable<Shade> shades) {
    double at = x;
    for (Shade s : shades) {
      box(at, y - 10, 12, 12, s.color(), s.words());
      words(at + 18, y, "start", s.words());
      at += 40 + 6.6 * s.words().length();
    }
  }

  /** A colour and what it stands for. */
  record Shade(String words, String color) {}

  @Override
  public String toString() {
    return out + "</svg>\n";
  }
}
