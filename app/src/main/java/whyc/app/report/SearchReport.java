package whyc.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import whyc.architecture.Figures;
import whyc.architecture.Found;
import whyc.architecture.Objective;
import whyc.architecture.Point;
import whyc.architecture.RuledOut;
import whyc.assign.Interval;

/** What {@code whyc search} found, for people and for programs. */
public final class SearchReport {
  private SearchReport() {}

  /** A method in a line. */
  public static String line(Searched s, Found f) {
    return String.format(
        Locale.ROOT,
        "%s: hypervolume %.4f, %d networks measured, %.1f trainings, %.0f s",
        f.method(),
        s.hypervolume(f),
        f.points().size(),
        f.trainings(),
        f.seconds());
  }

  /** All of it in lines. */
  public static String text(Searched s) {
    return s.title() + "\n\n" + figures(s);
  }

  /** The front, the methods, and what explanations were worth. */
  static Sheet figures(Searched s) {
    Sheet t = new Sheet();
    front(t, s);
    methods(t, s);
    ruledOut(t, s);
    correlations(t, s);
    return t;
  }

  /** The unit of all energies of a report. */
  static Amount unit(Searched s) {
    return Amount.ofEnergy(
        Stream.concat(
                s.found().stream().flatMap(f -> f.points().stream()).map(Point::figures),
                s.chosen().stream().map(Searched.Confirmed::test))
            .mapToDouble(Figures::energyPicojoules)
            .max()
            .orElse(1));
  }

  private static void front(Sheet t, Searched s) {
    Amount unit = unit(s);
    t.line("front, on all test pictures:");
    t.table(
        "folder",
        "accuracy",
        "95 % interval",
        "exact",
        "energy, " + unit.name(),
        "ms",
        "kB",
        "network");
    for (Searched.Confirmed c : s.chosen()) {
      Figures f = c.test();
      Interval i = interval(f);
      t.row(
          c.folder(),
          String.format(Locale.ROOT, "%.2f%%", 100 * f.accuracy()),
          String.format(Locale.ROOT, "%.2f-%.2f%%", 100 * i.low(), 100 * i.high()),
          String.format(Locale.ROOT, "%.2f%%", 100 * f.exactAccuracy()),
          unit.text(f.energyPicojoules()),
          String.format(Locale.ROOT, "%.4f", f.latencyMilliseconds()),
          String.format(Locale.ROOT, "%.1f", f.memoryBytes() / 1024),
          c.point().candidate().architecture().id());
    }
  }

  private static Interval interval(Figures f) {
    return Interval.ofShare((int) Math.round(f.accuracy() * f.images()), f.images());
  }

  private static void methods(Sheet t, Searched s) {
    Amount unit = unit(s);
    t.table(
        "method",
        "hypervolume",
        "networks",
        "trainings",
        "seconds",
        "sooner by first",
        "thriftiest, " + unit.name());
    for (int i = 0; i < s.found().size(); i++) {
      Found f = s.found().get(i);
      List<Found> first = s.of(s.methods().getFirst());
      Found partner = first.get(Math.min(seedOf(s, i), first.size() - 1));
      t.row(
          f.method(),
          String.format(Locale.ROOT, "%.4f", s.hypervolume(f)),
          String.valueOf(f.points().size()),
          String.format(Locale.ROOT, "%.1f", f.trainings()),
          String.format(Locale.ROOT, "%.0f", f.seconds()),
          f.equals(partner) || s.hypervolume(f) == 0
              ? ""
              : s.sooner(partner, f)
                  .map(x -> String.format(Locale.ROOT, "%.1fx", x))
                  .orElse("never"),
          s.thriftiest(f).map(p -> unit.text(p.figures().energyPicojoules())).orElse("none"));
    }
  }

  /** Which of its method's seeds a search had. */
  private static int seedOf(Searched s, int index) {
    String method = s.found().get(index).method();
    return (int)
        s.found().subList(0, index).stream().filter(f -> f.method().equals(method)).count();
  }

  private static void ruledOut(Sheet t, Searched s) {
    List<RuledOut> all = s.found().stream().flatMap(f -> f.ruledOut().stream()).toList();
    if (all.isEmpty()) {
      return;
    }
    long looked = all.stream().filter(r -> r.right().isPresent()).count();
    long right = all.stream().filter(r -> r.right().orElse(false)).count();
    t.line(
        "explanations ruled out %d networks after a quarter of their training%s"
            .formatted(
                all.size(),
                looked == 0
                    ? "; --check trains some of them to the end to see whether that was right"
                    : "; of %d that were trained to the end, %d bettered no front"
                        .formatted(looked, right)));
  }

  private static void correlations(Sheet t, Searched s) {
    for (Found f : s.found()) {
      if (!f.correlations().isEmpty()) {
        t.table(
            f.method() + ": rank correlation with the accuracy at the end",
            "%.0f networks".formatted(f.trainings()));
        f.correlations()
            .forEach((name, rho) -> t.row(name, String.format(Locale.ROOT, "%.3f", rho)));
      }
    }
  }

  /** For {@code design.json} of the whole search. */
  public static Map<String, Object> tree(Searched s) {
    Map<String, Object> tree =
        Manifest.tree(
            "schema", Manifest.SCHEMA,
            "title", s.title(),
            "objectives", s.searches().objectives().stream().map(Objective::written).toList(),
            "accelerator", s.searches().evaluator().setting().machine().name(),
            "recipe", s.searches().evaluator().setting().recipe().toString(),
            "costs_compared_with", tree(s.searches().dearest()));
    tree.put("front", s.chosen().stream().map(SearchReport::tree).toList());
    tree.put("methods", s.found().stream().map(f -> tree(s, f)).toList());
    return tree;
  }

  /** For {@code design.json} of one network. */
  public static Map<String, Object> tree(Searched.Confirmed c) {
    Interval i = interval(c.test());
    return Manifest.tree(
        "schema", Manifest.SCHEMA,
        "folder", c.folder(),
        "candidate", c.point().candidate().tree(),
        "validation", tree(c.point().figures()),
        "test", tree(c.test()),
        "test_accuracy_interval", List.of(i.low(), i.high()),
        "approximate_onnx", c.onnx());
  }

  private static Map<String, Object> tree(Figures f) {
    return Manifest.tree(
        "accuracy", f.accuracy(),
        "exact_accuracy", f.exactAccuracy(),
        "energy_pj", f.energyPicojoules(),
        "latency_ms", f.latencyMilliseconds(),
        "faithfulness", f.faithfulness(),
        "memory_bytes", f.memoryBytes(),
        "images", f.images());
  }

  private static Map<String, Object> tree(Searched s, Found f) {
    Map<String, Object> tree =
        Manifest.tree(
            "method", f.method(),
            "hypervolume", s.hypervolume(f),
            "seconds", f.seconds(),
            "trainings", f.trainings(),
            "networks", f.points().size());
    Optional<Point> thrifty = s.thriftiest(f);
    thrifty.ifPresent(p -> tree.put("thriftiest", tree(p.figures())));
    double[] growth = s.searches().growth(f.points());
    List<List<Double>> curve = new ArrayList<>();
    for (int i = 0; i < growth.length; i++) {
      curve.add(List.of(f.points().get(i).atSeconds(), growth[i]));
    }
    tree.put("hypervolume_by_seconds", curve);
    tree.put("correlations", f.correlations());
    tree.put(
        "ruled_out",
        f.ruledOut().stream()
            .map(r -> {
              Map<String, Object> row =
                  Manifest.tree(
                      "network", r.training().architecture().id(),
                      "accuracy", r.accuracy(),
                      "predicted", r.predicted());
              r.accuracyAtEnd().ifPresent(a -> row.put("accuracy_at_end", a));
              r.right().ifPresent(right -> row.put("right", right));
              return row;
            })
            .toList());
    return tree;
  }
}
