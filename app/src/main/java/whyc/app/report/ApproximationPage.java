package whyc.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import whyc.app.report.Svg.Shade;
import whyc.assign.Circuit;
import whyc.assign.Evaluation;
import whyc.assign.Found;
import whyc.assign.Problem;

/** What {@code whyc approximate} found, as a page: fronts, the choice for each layer, the time. */
public final class ApproximationPage {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 420;
  private static final double LEFT = 80;
  private static final double WIDE = WIDTH - LEFT - 40;
  private static final double HIGH = HEIGHT - 70.0;

  private static final List<String> COLORS =
      List.of("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#888888");

  private ApproximationPage() {}

  /** The page. */
  public static String html(Approximated a) {
    return PlainPage.of(
        a.title(),
        ApproximationReport.text(a),
        section(
                "Energy and accuracy",
                "Each dot is a network, measured on the images that searches choose by; lines join those that no other of the same strategy is better than. The exact network is at 100 %.",
                plane(a, "points of accuracy lost", e -> 100 * e.measured().loss(), 0, 10))
            + section(
                "Energy and heat maps",
                "One less the rank correlation with the exact network's heat map, in percent.",
                plane(
                    a,
                    "percent of rank correlation lost",
                    e -> 100 * (1 - e.measured().fidelity()),
                    0,
                    50))
            + section(
                "The choice",
                "A bar for each layer, as long as its energy with the exact multiplier; the filled part is what the chosen one takes.",
                choice(a))
            + section(
                "Progress",
                "The hypervolume by what was measured, in evaluations of all images; probes of few images count as parts.",
                time(a)));
  }

  private static String section(String name, String says, String picture) {
    return "<section><h2>%s</h2><p>%s</p>%s</section>%n"
        .formatted(Markup.text(name), Markup.text(says), picture);
  }

  private static String color(int i) {
    return COLORS.get(i % COLORS.size());
  }

  /** Energy to the right, some spoil upwards. */
  private static String plane(
      Approximated a,
      String axis,
      ToDoubleFunction<Evaluation> spoiled,
      double least,
      double most) {
    double from = lowest(a);
    Svg svg = frame(axis, "energy by that of the exact network", from, 1, least, most);
    List<Shade> shades = new ArrayList<>();
    for (int i = 0; i < a.found().size(); i++) {
      Found f = a.found().get(i);
      StringBuilder line = new StringBuilder();
      for (Evaluation e : f.evaluations()) {
        double y = Math.clamp(spoiled.applyAsDouble(e), least, most);
        svg.dot(
            x(a.relative(e), from),
            y(y, least, most),
            color(i),
            String.format(
                Locale.ROOT,
                "%s: %.1f %% of the energy, %.2f points lost, maps %.3f",
                f.strategy(),
                100 * a.relative(e),
                100 * e.measured().loss(),
                e.measured().fidelity()));
      }
      for (Evaluation e : f.front()) {
        double y = Math.clamp(spoiled.applyAsDouble(e), least, most);
        line.append(
            String.format(Locale.ROOT, "%.2f,%.2f ", x(a.relative(e), from), y(y, least, most)));
      }
      svg.path(line.toString(), color(i));
      shades.add(new Shade(f.strategy(), color(i)));
    }
    svg.legend(LEFT + 10, 30, shades);
    return svg.toString();
  }

  private static double lowest(Approximated a) {
    double lowest =
        a.found().stream()
            .flatMap(f -> f.evaluations().stream())
            .mapToDouble(a::relative)
            .min()
            .orElse(0.5);
    return Math.min(0.95, Math.floor(lowest * 20) / 20);
  }

  private static double x(double value, double from) {
    return LEFT + WIDE * (value - from) / (1 - from);
  }

  private static double y(double value, double least, double most) {
    return 10 + HIGH * (1 - (value - least) / (most - least));
  }

  private static Svg frame(
      String upwards, String rightwards, double from, double to, double least, double most) {
    Svg svg = new Svg(WIDTH, HEIGHT, upwards);
    svg.frame(LEFT, 10, WIDE, HIGH);
    for (int i = 0; i <= 5; i++) {
      double at = 10 + HIGH * (1 - i / 5.0);
      svg.line(LEFT, at, LEFT + WIDE, at, "#dddddd");
      svg.pale(
          LEFT - 8,
          at + 4,
          "end",
          String.format(Locale.ROOT, "%.4g", least + (most - least) * i / 5));
      svg.pale(
          LEFT + WIDE * i / 5,
          HIGH + 28,
          "middle",
          String.format(Locale.ROOT, "%.4g", from + (to - from) * i / 5));
    }
    svg.words(LEFT + WIDE / 2, HIGH + 50, "middle", rightwards);
    svg.pale(LEFT, HIGH + 50, "start", "upwards: " + upwards);
    return svg;
  }

  private static String choice(Approximated a) {
    Problem p = a.problem();
    List<Circuit> chosen = p.circuits(a.best().best().assignment());
    double[] exact = energies(a, a.reference());
    double[] now = energies(a, a.best().best());
    double most = 1e-9;
    for (double e : exact) {
      most = Math.max(most, e);
    }
    double left = 330;
    Svg svg = new Svg(WIDTH, exact.length * 22 + 10, "choice");
    for (int l = 0; l < exact.length; l++) {
      double top = l * 22 + 5.0;
      double scale = (WIDTH - left - 190) / most;
      String name = p.network().layers().get(l).name();
      svg.words(left - 8, top + 13, "end", name);
      svg.box(left, top, exact[l] * scale, 16, "#e4e4e4", name + ", exact");
      svg.box(
          left,
          top,
          now[l] * scale,
          16,
          color(a.best().best().assignment().choices().get(l)),
          String.format(
              Locale.ROOT, "%s: %.4g pJ of %.4g pJ", chosen.get(l).name(), now[l], exact[l]));
      svg.pale(
          left + exact[l] * scale + 8,
          top + 13,
          "start",
          chosen.get(l).isExact() ? "exact" : chosen.get(l).name());
    }
    return svg.toString();
  }

  private static double[] energies(Approximated a, Evaluation e) {
    double[] energies = new double[a.problem().layers()];
    for (int l = 0; l < energies.length; l++) {
      energies[l] =
          a.problem()
              .energies()
              .layers()
              .get(l)
              .get(e.assignment().choices().get(l))
              .corrected()
              .totalPicojoules();
    }
    return energies;
  }

  private static String time(Approximated a) {
    double most = a.found().stream().mapToDouble(Found::cost).max().orElse(1);
    Svg svg = frame("hypervolume", "evaluations", 0, most, 0, 0.5);
    List<Shade> shades = new ArrayList<>();
    for (int i = 0; i < a.found().size(); i++) {
      List<Evaluation> all = a.found().get(i).evaluations();
      List<Double> costs = a.found().get(i).costs();
      StringBuilder line = new StringBuilder();
      for (int n = 1; n <= all.size(); n++) {
        double volume = Math.min(0.5, ApproximationReport.hypervolume(a, all.subList(0, n)));
        line.append(
            String.format(
                Locale.ROOT,
                "%.2f,%.2f ",
                LEFT + WIDE * costs.get(n - 1) / most,
                y(volume, 0, 0.5)));
      }
      svg.path(line.toString(), color(i));
      shades.add(new Shade(a.found().get(i).strategy(), color(i)));
    }
    svg.legend(LEFT + 10, 30, shades);
    return svg.toString();
  }
}
