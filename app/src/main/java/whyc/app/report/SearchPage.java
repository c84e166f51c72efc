package whyc.app.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import whyc.app.report.Chart.Place;
import whyc.architecture.Figures;
import whyc.architecture.Found;
import whyc.architecture.Point;
import whyc.architecture.RuledOut;

/** What {@code whyc search} found, as a page: fronts, hypervolume by time, what was ruled out. */
public final class SearchPage {
  private SearchPage() {}

  /** The page. */
  public static String html(Searched s) {
    return Page.ofSections(s.title())
        .section(SearchReport.figures(s))
        .section(
            "Fronts",
            "Each dot is a trained network with some arithmetic, on the validation pictures; lines join those that no other of the same search is better than in these two directions.",
            fronts(s))
        .section(
            "Hypervolume",
            "The share of the worth-while that a search had covered after so many seconds of work.",
            growth(s))
        .section(
            "Ruled out",
            "What explanations stopped after a quarter of the training, and what came of it where it was trained on.",
            ruledOut(s))
        .end();
  }

  private static String color(Searched s, Found f) {
    return Chart.color(s.methods().indexOf(f.method()));
  }

  private static void legend(Chart chart, Searched s) {
    List<String> methods = s.methods();
    for (int i = 0; i < methods.size(); i++) {
      chart.legend(methods.get(i), Chart.color(i));
    }
  }

  /** The cost beside accuracy, in the unit that people read. */
  private record Cost(String name, String unit, ToDoubleFunction<Figures> of, boolean isGood) {
    static Cost of(Searched s) {
      Amount energy = SearchReport.unit(s);
      return switch (s.cost()) {
        case ENERGY ->
            new Cost(
                "energy of a prediction",
                " " + energy.name(),
                f -> energy.of(f.energyPicojoules()),
                false);
        case LATENCY ->
            new Cost("time of a prediction", " ms", Figures::latencyMilliseconds, false);
        case MEMORY -> new Cost("memory", " kB", f -> f.memoryBytes() / 1024, false);
        case ACCURACY, FAITHFULNESS -> new Cost(s.cost().written(), "", f -> s.cost().of(f), true);
      };
    }

    /** What costs spans decades; faithfulness may be below zero. */
    Axis axis(List<Double> shown) {
      return isGood ? Axis.linear(name, unit, shown) : Axis.ofSizes(name, unit, shown);
    }
  }

  private static String fronts(Searched s) {
    Cost cost = Cost.of(s);
    List<Place> all = s.found().stream().flatMap(f -> places(f, cost).stream()).toList();
    Chart chart =
        new Chart(
            cost.axis(all.stream().map(Place::x).toList()),
            Axis.linear("accuracy", " %", all.stream().map(Place::y).toList()));
    for (Found f : s.found()) {
      List<Place> places = places(f, cost);
      for (int i = 0; i < places.size(); i++) {
        Point p = f.points().get(i);
        chart.dot(
            places.get(i),
            color(s, f),
            String.format(
                Locale.ROOT,
                "%s: %.2f %%, %s%s, %s",
                f.method(),
                places.get(i).y(),
                Amount.figure(places.get(i).x()),
                cost.unit,
                p.candidate().architecture().id()));
      }
      chart.path(Chart.front(places, cost.isGood ? -1 : 1, -1), color(s, f));
    }
    legend(chart, s);
    return chart.html();
  }

  private static List<Place> places(Found f, Cost cost) {
    return f.points().stream()
        .map(p -> new Place(cost.of.applyAsDouble(p.figures()), 100 * p.figures().accuracy()))
        .toList();
  }

  private static String growth(Searched s) {
    List<List<Place>> stairs = s.found().stream().map(f -> stair(s, f)).toList();
    List<Place> all = stairs.stream().flatMap(List::stream).toList();
    Chart chart =
        new Chart(
            Axis.upTo("work", " s", all.stream().mapToDouble(Place::x).max().orElse(1)),
            Axis.linear("hypervolume", "", all.stream().map(Place::y).toList()));
    for (int i = 0; i < stairs.size(); i++) {
      Found f = s.found().get(i);
      Place end = stairs.get(i).getLast();
      chart.path(stairs.get(i), color(s, f));
      chart.dot(
          end,
          color(s, f),
          String.format(Locale.ROOT, "%s: %.4f after %.0f s", f.method(), end.y(), end.x()));
    }
    legend(chart, s);
    return chart.html();
  }

  /** From nothing to what a search ended with. */
  private static List<Place> stair(Searched s, Found f) {
    double[] growth = s.searches().growth(f.points());
    List<Place> stair = new ArrayList<>(List.of(new Place(0, 0)));
    for (int i = 0; i < growth.length; i++) {
      double seconds = f.points().get(i).atSeconds();
      stair.add(new Place(seconds, stair.getLast().y()));
      stair.add(new Place(seconds, growth[i]));
    }
    stair.add(new Place(Math.max(f.seconds(), stair.getLast().x()), stair.getLast().y()));
    return stair;
  }

  private static String ruledOut(Searched s) {
    Sheet rows =
        new Sheet().table("network", "when stopped", "predicted", "at the end", "stopping was");
    boolean any = false;
    for (Found f : s.found()) {
      for (RuledOut r : f.ruledOut()) {
        any = true;
        rows.row(
            r.training().architecture().id(),
            percent(r.accuracy()),
            percent(r.predicted()),
            r.accuracyAtEnd().map(SearchPage::percent).orElse(""),
            r.right().map(right -> right ? "right" : "wrong").orElse("not looked at"));
      }
    }
    return any ? rows.html() : "<p>Nothing.</p>";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
