package whyc.app.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import whyc.app.report.Chart.Bar;
import whyc.app.report.Chart.Place;
import whyc.assign.Circuit;
import whyc.assign.Evaluation;
import whyc.assign.Found;
import whyc.assign.Problem;

/** What {@code whyc approximate} found, as a page: fronts, the choice for each layer, the time. */
public final class ApproximationPage {
  /** What is spoilt beyond is not drawn, in points and in percent: it would hide the rest. */
  private static final double MOST_POINTS = 100 * ApproximationReport.MOST_LOSS;

  private static final double MOST_PERCENT = 50;

  private ApproximationPage() {}

  /** The page. */
  public static String html(Approximated a) {
    Page page = Page.ofSections(a.title()).section(ApproximationReport.figures(a));
    plane(
        page,
        a,
        "Energy and accuracy",
        new Spoilt(
            "points of accuracy lost",
            "",
            e -> 100 * e.measured().loss(),
            100 * a.budgets().loss(),
            MOST_POINTS));
    if (a.budgets().fidelity() > 0) {
      plane(
          page,
          a,
          "Energy and heat maps",
          new Spoilt(
              "rank correlation with the exact network's heat maps: what it lacks of 1, in percent",
              " %",
              e -> 100 * (1 - e.measured().fidelity()),
              100 * (1 - a.budgets().fidelity()),
              MOST_PERCENT));
    }
    return page.section(
            "The choice",
            "A bar for each layer, as long as its energy with the exact multiplier; the filled part is what the chosen one takes.",
            choice(a))
        .section(
            "Progress",
            "The share of energies and losses worth having that was reached, by what was measured: evaluations of all images, of which probes of few images are parts.",
            progress(a))
        .end();
  }

  /**
   * What approximation spoils.
   *
   * @param budget how much of it is allowed
   * @param most what is drawn
   */
  private record Spoilt(
      String name, String unit, ToDoubleFunction<Evaluation> of, double budget, double most) {}

  /** Energy to the right, what is spoilt upwards. */
  private static void plane(Page page, Approximated a, String name, Spoilt spoilt) {
    List<Double> energies = new ArrayList<>(List.of(100.0));
    List<Double> upwards = new ArrayList<>(List.of(0.0, spoilt.budget));
    int beyond = 0;
    for (Found f : a.found()) {
      for (Evaluation e : f.evaluations()) {
        double y = spoilt.of.applyAsDouble(e);
        if (y <= spoilt.most) {
          energies.add(100 * a.relative(e));
          upwards.add(y);
        } else {
          beyond++;
        }
      }
    }
    Axis right = Axis.linear("energy by that of the exact network", " %", energies);
    Chart chart = new Chart(right, Axis.linear(spoilt.name, spoilt.unit, upwards));
    chart.bound(
        List.of(new Place(right.from(), spoilt.budget), new Place(right.to(), spoilt.budget)));
    for (int i = 0; i < a.found().size(); i++) {
      Found f = a.found().get(i);
      List<Place> places = new ArrayList<>();
      for (Evaluation e : f.evaluations()) {
        Place p = place(a, e, spoilt);
        places.add(p);
        chart.dot(p, Chart.color(i), says(a, f, e));
      }
      chart.path(Chart.front(places, 1, 1), Chart.color(i));
      chart.legend(f.strategy(), Chart.color(i));
    }
    chart.ring(place(a, a.best().best(), spoilt), says(a, a.best(), a.best().best()));
    page.section(
        name,
        "Each dot is a network, measured on the images that searches choose by; lines join those that no other of the same strategy is better than. The dashed line is the budget, the ring the choice."
            + (beyond == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    " Not drawn: %d beyond %.0f%s.",
                    beyond,
                    spoilt.most,
                    spoilt.unit.isEmpty() ? " points" : spoilt.unit)),
        chart.html());
  }

  private static Place place(Approximated a, Evaluation e, Spoilt spoilt) {
    return new Place(100 * a.relative(e), spoilt.of.applyAsDouble(e));
  }

  private static String says(Approximated a, Found f, Evaluation e) {
    return String.format(
        Locale.ROOT,
        "%s: %.1f %% of the energy, %.2f points lost, maps %.3f",
        f.strategy(),
        100 * a.relative(e),
        100 * e.measured().loss(),
        e.measured().fidelity());
  }

  private static String choice(Approximated a) {
    Problem p = a.problem();
    Amount unit = ApproximationReport.unit(a);
    List<Circuit> chosen = p.circuits(a.best().best().assignment());
    double[] exact = energies(a, a.reference());
    double[] now = energies(a, a.best().best());
    List<Bar> bars = new ArrayList<>();
    for (int l = 0; l < exact.length; l++) {
      String circuit = ApproximationReport.multiplier(chosen.get(l));
      bars.add(
          new Bar(
              p.network().layers().get(l).name(),
              Map.of(circuit, unit.of(now[l])),
              unit.of(exact[l]),
              circuit));
    }
    return Chart.bars(bars, unit.name());
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

  private static String progress(Approximated a) {
    List<List<Place>> lines = a.found().stream().map(f -> progress(a, f)).toList();
    Chart chart =
        new Chart(
            Axis.upTo("evaluations", "", Collections.max(all(lines, Place::x))),
            Axis.linear("hypervolume", "", all(lines, Place::y)));
    for (int i = 0; i < lines.size(); i++) {
      Found f = a.found().get(i);
      chart.path(lines.get(i), Chart.color(i));
      Place end = lines.get(i).getLast();
      chart.dot(
          end,
          Chart.color(i),
          String.format(Locale.ROOT, "%s: %.4f after %.1f", f.strategy(), end.y(), end.x()));
      chart.legend(f.strategy(), Chart.color(i));
    }
    return chart.html();
  }

  /** A stair from nothing on. */
  private static List<Place> progress(Approximated a, Found f) {
    List<Place> line = new ArrayList<>(List.of(new Place(0, 0)));
    for (int n = 1; n <= f.evaluations().size(); n++) {
      double cost = f.costs().get(n - 1);
      line.add(new Place(cost, line.getLast().y()));
      line.add(new Place(cost, ApproximationReport.hypervolume(a, f.evaluations().subList(0, n))));
    }
    return line;
  }

  private static List<Double> all(List<List<Place>> lines, ToDoubleFunction<Place> of) {
    return lines.stream().flatMap(List::stream).map(of::applyAsDouble).toList();
  }
}
