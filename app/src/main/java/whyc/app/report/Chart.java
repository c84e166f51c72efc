package whyc.app.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A picture over two axes. What has an extent is stretched with the page; dots and words keep their
 * size, so that they can be read on a telephone, too.
 */
final class Chart {
  /** Units along each side of what is stretched. */
  private static final double SIDE = 1000;

  private static final int HEIGHT = 320;

  /** Colours that people with every kind of colour vision tell apart (Tol 2021, "bright"). */
  private static final List<String> COLORS =
      List.of(
          "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#5566aa",
          "#227777", "#995544");

  private final Axis right;
  private final Axis up;
  private final int height;
  private final List<Shade> shades = new ArrayList<>();
  private final Formatter area = new Formatter(Locale.ROOT);
  private final Formatter dots = new Formatter(Locale.ROOT);

  /** A colour and what it stands for. */
  record Shade(String words, String color) {}

  /** A place in the numbers of the axes. */
  record Place(double x, double y) {}

  /**
   * Those places that no other is better than in both directions, from the best of the first on.
   *
   * @param x 1 where little is good, -1 where much is; {@code y} likewise
   */
  static List<Place> front(List<Place> places, int x, int y) {
    List<Place> sorted = new ArrayList<>(places);
    sorted.sort(Comparator.comparingDouble((Place p) -> x * p.x).thenComparingDouble(p -> y * p.y));
    List<Place> front = new ArrayList<>();
    for (Place p : sorted) {
      if (front.isEmpty() || y * p.y < y * front.getLast().y) {
        front.add(p);
      }
    }
    return front;
  }

  Chart(Axis right, Axis up) {
    this(right, up, HEIGHT);
  }

  Chart(Axis right, Axis up, int height) {
    this.right = right;
    this.up = up;
    this.height = height;
  }

  /** The colour of the i-th of several things. */
  static String color(int i) {
    return COLORS.get(i % COLORS.size());
  }

  /** What a colour stands for, above the picture. */
  void legend(String words, String color) {
    shades.add(new Shade(words, color));
  }

  /** A dot; a browser tells {@code says} where the pointer rests. What is beyond is left out. */
  void dot(Place p, String color, String says) {
    circle(p, "fill=\"%s\" fill-opacity=\".8\"".formatted(color), 4.5, says);
  }

  /** A ring around a dot that matters most. */
  void ring(Place p, String says) {
    circle(p, "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"", 8, says);
  }

  private void circle(Place p, String style, double radius, String says) {
    if (right.contains(p.x) && up.contains(p.y)) {
      dots.format(
          "<circle cx=\"%.2f%%\" cy=\"%.2f%%\" r=\"%.1f\" %s><title>%s</title></circle>%n",
          100 * right.share(p.x), 100 * (1 - up.share(p.y)), radius, style, Markup.text(says));
    }
  }

  /** Places joined by lines. */
  void path(List<Place> places, String color) {
    line(places, color, "");
  }

  /** A bound, dashed. */
  void bound(List<Place> places) {
    line(places, "currentColor", " stroke-dasharray=\"6 5\" stroke-opacity=\".55\"");
  }

  private void line(List<Place> places, String color, String more) {
    StringBuilder points = new StringBuilder();
    for (Place p : places) {
      points.append(String.format(Locale.ROOT, "%.2f,%.2f ", x(p.x), y(p.y)));
    }
    area.format(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\""
            + " vector-effect=\"non-scaling-stroke\"%s/>%n",
        points.toString().strip(), color, more);
  }

  /** A rectangle between two corners. */
  void box(Place one, Place other, String color, String says) {
    double left = Math.min(x(one.x), x(other.x));
    double top = Math.min(y(one.y), y(other.y));
    area.format(
        "<rect x=\"%.3f\" y=\"%.3f\" width=\"%.3f\" height=\"%.3f\" fill=\"%s\"><title>%s</title></rect>%n",
        left,
        top,
        Math.max(0.3, Math.abs(x(one.x) - x(other.x))),
        Math.abs(y(one.y) - y(other.y)),
        color,
        Markup.text(says));
  }

  private double x(double value) {
    return SIDE * right.share(value);
  }

  private double y(double value) {
    return SIDE * (1 - up.share(value));
  }

  String html() {
    int gutter = up.ticks().stream().mapToInt(t -> t.text().length()).max().orElse(1);
    Formatter html = new Formatter(Locale.ROOT);
    html.format("<figure class=\"chart\">%s", legend(shades));
    html.format("<div class=\"up\">%s</div>%n", Markup.text(up.name()));
    html.format("<div class=\"plot\" style=\"--gutter:%dch;--high:%dpx\">%n", gutter, height);
    html.format("<div class=\"ticks\">");
    for (Axis.Tick t : up.ticks()) {
      html.format(
          "<span style=\"bottom:%.2f%%\">%s</span>",
          100 * up.share(t.value()), Markup.text(t.text()));
    }
    html.format(
        "</div><div class=\"area\"><svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\""
            + " role=\"img\" aria-label=\"%s\">%n%s%s</svg>",
        SIDE, SIDE, Markup.text(up.name() + " by " + right.name()), grid(), area);
    html.format("<svg class=\"dots\">%n%s</svg></div>%n<div class=\"ticks along\">", dots);
    for (Axis.Tick t : right.ticks()) {
      html.format(
          "<span style=\"left:%.2f%%\">%s</span>",
          100 * right.share(t.value()), Markup.text(t.text()));
    }
    html.format("</div></div><figcaption>%s</figcaption></figure>%n", Markup.text(right.name()));
    return html.toString();
  }

  private String grid() {
    Formatter grid = new Formatter(Locale.ROOT);
    for (Axis.Tick t : up.ticks()) {
      grid.format(
          "<line class=\"grid\" x1=\"0\" x2=\"%.0f\" y1=\"%.2f\" y2=\"%.2f\"/>%n",
          SIDE, y(t.value()), y(t.value()));
    }
    for (Axis.Tick t : right.ticks()) {
      grid.format(
          "<line class=\"grid\" y1=\"0\" y2=\"%.0f\" x1=\"%.2f\" x2=\"%.2f\"/>%n",
          SIDE, x(t.value()), x(t.value()));
    }
    return grid.toString();
  }

  private static String legend(List<Shade> shades) {
    StringBuilder html = new StringBuilder("<div class=\"legend\">");
    for (Shade s : shades) {
      html.append(
          "<span><i style=\"background:%s\"></i>%s</span>"
              .formatted(s.color(), Markup.text(s.words())));
    }
    return html.append("</div>\n").toString();
  }

  /**
   * A row of a bar chart.
   *
   * @param parts one behind the other, in the order of the legend
   * @param whole what the bar may be filled up to, grey: 0 where there is no such thing
   * @param says at its end
   */
  record Bar(String name, Map<String, Double> parts, double whole, String says) {
    double length() {
      return Math.max(whole, parts.values().stream().mapToDouble(v -> v).sum());
    }
  }

  /**
   * Bars below each other, all to one scale.
   *
   * @param unit of the numbers, for where the pointer rests
   */
  static String bars(List<Bar> bars, String unit) {
    double most = Math.max(1e-300, bars.stream().mapToDouble(Bar::length).max().orElse(1));
    List<String> names = bars.stream().flatMap(b -> b.parts.keySet().stream()).distinct().toList();
    List<Shade> shades = new ArrayList<>();
    for (int i = 0; i < names.size() && names.size() > 1; i++) {
      shades.add(new Shade(names.get(i), color(i)));
    }
    Formatter html = new Formatter(Locale.ROOT);
    html.format("<figure class=\"chart\">%s<div class=\"bars\">%n", legend(shades));
    for (Bar b : bars) {
      html.format("<span class=\"name\">%s</span><span class=\"bar\">", Markup.text(b.name));
      double end = 0;
      for (Map.Entry<String, Double> part : b.parts.entrySet()) {
        end += part.getValue();
        html.format(
            "<i style=\"width:%.3f%%;background:%s\" title=\"%s\"></i>",
            100 * part.getValue() / most,
            color(names.indexOf(part.getKey())),
            Markup.text(part.getKey() + ": " + Amount.figure(part.getValue()) + " " + unit));
      }
      if (b.whole > end) {
        html.format("<i class=\"rest\" style=\"width:%.3f%%\"></i>", 100 * (b.whole - end) / most);
      }
      html.format("</span><span class=\"value\">%s</span>%n", Markup.text(b.says));
    }
    html.format("</div></figure>%n");
    return html.toString();
  }
}
