package whyc.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import whyc.app.report.Svg.Shade;
import whyc.architecture.Found;
import whyc.architecture.Objective;
import whyc.architecture.Point;
import whyc.architecture.RuledOut;

/** What {@code whyc search} found, as a page: fronts, hypervolume by time, what was ruled out. */
public final class SearchPage {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 440;
  private static final double LEFT = 80;
  private static final double WIDE = WIDTH - LEFT - 40;
  private static final double HIGH = HEIGHT - 90.0;

  private static final List<String> COLORS =
      List.of("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#888888");

  private SearchPage() {}

  /** The page. */
  public static String html(Searched s) {
    return PlainPage.of(
        s.title(),
        SearchReport.text(s),
        section(
                "Fronts",
                "Each dot is a trained network with some arithmetic, on the validation pictures; lines join those that no other of the same search is better than in these two directions.",
                fronts(s))
            + section(
                "Hypervolume",
                "The share of the worth-while that a search had covered after so many seconds of work.",
                growth(s))
            + section(
                "Ruled out",
                "What explanations stopped after a quarter of the training, and what came of it where it was trained on.",
                ruledOut(s)));
  }

  private static String section(String name, String says, String picture) {
    return "<section><h2>%s</h2><p>%s</p>%s</section>%n"
        .formatted(Markup.text(name), Markup.text(says), picture);
  }

  private static String color(Searched s, Found f) {
    return COLORS.get(s.methods().indexOf(f.method()) % COLORS.size());
  }

  /** A range of one axis. */
  private record Range(double from, double to) {
    static Range of(List<Double> values) {
      double least = values.stream().mapToDouble(v -> v).min().orElse(0);
      double most = values.stream().mapToDouble(v -> v).max().orElse(1);
      return new Range(least, most > least ? most : least + 1);
    }

    double share(double value) {
      return (value - from) / (to - from);
    }

    double at(double share) {
      return from + share * (to - from);
    }
  }

  private static String fronts(Searched s) {
    Objective cost = s.cost();
    List<Point> all = s.found().stream().flatMap(f -> f.points().stream()).toList();
    Range costs = Range.of(all.stream().map(p -> shown(cost, p)).toList());
    Range accuracies = Range.of(all.stream().map(p -> 100 * p.figures().accuracy()).toList());
    Svg svg = frame("accuracy, %", label(cost), costs, accuracies);
    for (Found f : s.found()) {
      for (Point p : f.points()) {
        svg.dot(
            x(costs.share(shown(cost, p))),
            y(accuracies.share(100 * p.figures().accuracy())),
            color(s, f),
            String.format(
                Locale.ROOT,
                "%s: %.2f %%, %.4g, %s",
                f.method(),
                100 * p.figures().accuracy(),
                cost.of(p.figures()),
                p.candidate().architecture().id()));
      }
      svg.path(line(front(f.points(), cost), cost, costs, accuracies), color(s, f));
    }
    svg.legend(LEFT + 10, HEIGHT - 8.0, shades(s));
    return svg.toString();
  }

  private static List<Shade> shades(Searched s) {
    List<Shade> shades = new ArrayList<>();
    List<String> methods = s.methods();
    for (int i = 0; i < methods.size(); i++) {
      shades.add(new Shade(methods.get(i), COLORS.get(i % COLORS.size())));
    }
    return shades;
  }

  /** Costs by their logarithm. */
  private static double shown(Objective cost, Point p) {
    double value = cost.of(p.figures());
    return cost == Objective.FAITHFULNESS ? value : Math.log10(Math.max(value, 1e-12));
  }

  private static String label(Objective cost) {
    return switch (cost) {
      case ACCURACY, FAITHFULNESS -> cost.written();
      case ENERGY -> "log10 of energy in pJ";
      case LATENCY -> "log10 of milliseconds";
      case MEMORY -> "log10 of bytes";
    };
  }

  /** By accuracy and this cost alone, from the least cost on. */
  private static List<Point> front(List<Point> points, Objective cost) {
    double sign = cost == Objective.FAITHFULNESS ? -1 : 1;
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(
        java.util.Comparator.comparingDouble((Point p) -> sign * shown(cost, p))
            .thenComparingDouble(p -> -p.figures().accuracy()));
    List<Point> front = new ArrayList<>();
    for (Point p : sorted) {
      if (front.isEmpty() || p.figures().accuracy() > front.getLast().figures().accuracy()) {
        front.add(p);
      }
    }
    return front;
  }

  private static String line(List<Point> front, Objective cost, Range costs, Range accuracies) {
    StringBuilder line = new StringBuilder();
    for (Point p : front) {
      line.append(
          String.format(
              Locale.ROOT,
              "%.2f,%.2f ",
              x(costs.share(shown(cost, p))),
              y(accuracies.share(100 * p.figures().accuracy()))));
    }
    return line.toString();
  }

  private static String growth(Searched s) {
    double most = s.found().stream().mapToDouble(Found::seconds).max().orElse(1);
    double highest = s.found().stream().mapToDouble(s::hypervolume).max().orElse(1);
    Range seconds = new Range(0, Math.max(most, 1e-3));
    Range volumes = new Range(0, Math.max(highest, 1e-6));
    Svg svg = frame("hypervolume", "seconds of work", seconds, volumes);
    for (Found f : s.found()) {
      double[] growth = s.searches().growth(f.points());
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < growth.length; i++) {
        line.append(
            String.format(
                Locale.ROOT,
                "%.2f,%.2f ",
                x(seconds.share(f.points().get(i).atSeconds())),
                y(volumes.share(growth[i]))));
      }
      svg.path(line.toString(), color(s, f));
    }
    svg.legend(LEFT + 10, HEIGHT - 8.0, shades(s));
    return svg.toString();
  }

  private static String ruledOut(Searched s) {
    StringBuilder rows = new StringBuilder();
    for (Found f : s.found()) {
      for (RuledOut r : f.ruledOut()) {
        rows.append(
            String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td>%.1f %%</td><td>%.1f %%</td><td>%s</td><td>%s</td></tr>%n",
                Markup.text(r.training().architecture().id()),
                100 * r.accuracy(),
                100 * r.predicted(),
                r.accuracyAtEnd()
                    .map(a -> String.format(Locale.ROOT, "%.1f %%", 100 * a))
                    .orElse(""),
                r.right().map(right -> right ? "right" : "wrong").orElse("not looked at")));
      }
    }
    return rows.isEmpty()
        ? "<p>Nothing.</p>"
        : "<table><tr><th>network</th><th>then</th><th>predicted</th><th>at the end</th><th></th></tr>"
            + rows
            + "</table>";
  }

  private static double x(double share) {
    return LEFT + WIDE * share;
  }

  private static double y(double share) {
    return 10 + HIGH * (1 - share);
  }

  private static Svg frame(String upwards, String rightwards, Range right, Range up) {
    Svg svg = new Svg(WIDTH, HEIGHT, upwards);
    svg.frame(LEFT, 10, WIDE, HIGH);
    for (int i = 0; i <= 5; i++) {
      double share = i / 5.0;
      svg.line(LEFT, y(share), LEFT + WIDE, y(share), "#dddddd");
      svg.pale(LEFT - 8, y(share) + 4, "end", String.format(Locale.ROOT, "%.4g", up.at(share)));
      svg.pale(x(share), HIGH + 28, "middle", String.format(Locale.ROOT, "%.4g", right.at(share)));
    }
    svg.words(LEFT + WIDE / 2, HIGH + 50, "middle", rightwards);
    svg.pale(LEFT, HIGH + 50, "start", "upwards: " + upwards);
    return svg;
  }
}
