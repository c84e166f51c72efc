package whyc.app.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import whyc.accelerator.ManyCore;
import whyc.accelerator.ManyCore.NumberFormat;
import whyc.simulate.Ablation;
import whyc.simulate.Layer.Phase;
import whyc.simulate.LayerAccount;
import whyc.simulate.Outcome;
import whyc.simulate.Simulation;

/** A simulation on many cores. */
record ManyCoreReport(String title, ManyCoreOutcome outcome) implements SimulationReport {

  /** Below it a map in the machine's numbers says something else than that in floats. */
  static final double FAITHFUL = 0.9;

  @Override
  public Sheet figures() {
    Sheet t = new Sheet();
    ManyCore m = outcome.machine();
    t.line(
        String.format(
            Locale.ROOT,
            "%s: %d cores x %d lanes x %d multipliers, %s, %.0f MHz, %.1f mm2; all figures modelled",
            m.name(),
            m.cores(),
            m.core().lanes(),
            m.core().multipliers(),
            format(),
            m.clockMegahertz(),
            m.squareMillimetres()));
    t.table("for an image", "prediction", "explanation", "both");
    Amount unit = unit();
    all(t, "cycles", s -> perImage(s, (double) s.outcome().cycles()), "%,.0f");
    all(t, "images a second", s -> s.outcome().framesPerSecond(), "%,.1f");
    all(t, unit.name() + ", chip", s -> unit.text(perImage(s, s.energy().onChip())));
    all(t, unit.name() + ", with memory outside", s -> unit.text(perImage(s, s.energy().total())));
    all(t, "W of the chip", Simulation::watts, "%.3f");
    all(t, "TOPS/W, dense-equivalent", Simulation::teraOperationsPerJoule, "%.2f");
    all(
        t,
        "GOPS/mm2, dense-equivalent",
        Simulation::gigaOperationsPerSecondAndSquareMillimetre,
        "%.1f");
    all(
        t,
        "% of the cores' time in which lanes multiply",
        s -> share(s, s.outcome().time().busy()),
        "%.1f");
    all(t, "% waiting for tiles, banks, fetches", ManyCoreReport::waits, "%.1f");
    all(t, "% waiting for inputs or weights", s -> share(s, s.outcome().time().data()), "%.1f");
    all(t, "% with nothing to begin", s -> share(s, s.outcome().time().idle()), "%.1f");
    all(t, "MB outside", s -> perImage(s, external(s)), "%.3f");
    zeros(t);
    techniques(t);
    fidelity(t);
    return t;
  }

  private String format() {
    return outcome.machine().format().name().toLowerCase(Locale.ROOT);
  }

  /** The unit of all energies of the report. */
  Amount unit() {
    return Amount.ofEnergy(perImage(outcome.both(), outcome.both().energy().total()));
  }

  /** A figure of a simulation. */
  private interface FigureOf {
    double of(Simulation s);
  }

  private void all(Sheet t, String name, FigureOf figure, String format) {
    all(t, name, s -> String.format(Locale.ROOT, format, figure.of(s)));
  }

  private void all(Sheet t, String name, Function<Simulation, String> figure) {
    t.row(
        name,
        figure.apply(outcome.predictions()),
        figure.apply(outcome.explanations()),
        figure.apply(outcome.both()));
  }

  private static double perImage(Simulation s, double all) {
    return all / s.outcome().frames();
  }

  private static double share(Simulation s, double cycles) {
    return 100 * cycles / s.outcome().time().all();
  }

  private static double waits(Simulation s) {
    Outcome.Time t = s.outcome().time();
    return share(s, t.dispatch() + t.banks() + t.fetch());
  }

  private static double external(Simulation s) {
    return s.outcome().traffic().externalBytes() * 1e-6;
  }

  private void zeros(Sheet t) {
    t.table("what zeros are worth", "all layers", "the best", "its zeros", "layer");
    for (Phase phase : Phase.values()) {
      List<LayerAccount> layers = of(phase);
      if (!layers.isEmpty()) {
        LayerAccount best =
            layers.stream().max(Comparator.comparingDouble(LayerAccount::speedup)).orElseThrow();
        t.row(
            phase.name().toLowerCase(Locale.ROOT),
            String.format(Locale.ROOT, "%.2fx", outcome.both().speedup(phase)),
            String.format(Locale.ROOT, "%.2fx", best.speedup()),
            String.format(Locale.ROOT, "%.1f %%", 100 * best.sparsity()),
            best.task().name());
      }
    }
  }

  private List<LayerAccount> of(Phase phase) {
    return outcome.both().layers().stream().filter(l -> l.task().phase() == phase).toList();
  }

  private void techniques(Sheet t) {
    t.table("techniques", "MB outside", "images/s");
    outcome.growing().forEach(a -> technique(t, a));
    t.line(
        String.format(
            Locale.ROOT, "%.1f %% less from outside than without them", 100 * outcome.saved()));
    t.table("who gets the cores", "MB outside", "images/s");
    outcome.policies().forEach(a -> technique(t, a));
  }

  private static void technique(Sheet t, Ablation a) {
    Simulation s = a.simulation();
    t.row(
        a.name(),
        String.format(Locale.ROOT, "%.3f", perImage(s, external(s))),
        String.format(Locale.ROOT, "%.1f", s.outcome().framesPerSecond()));
  }

  private void fidelity(Sheet t) {
    t.table("rank correlation of maps in " + format() + " with those in floats", "median", "least");
    outcome
        .fidelity()
        .forEach((name, each) -> {
          double[] sorted = each.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          t.row(
              name,
              String.format(Locale.ROOT, "%.4f", sorted[sorted.length / 2]),
              String.format(Locale.ROOT, "%.4f", sorted[0]));
        });
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    outcome
        .fidelity()
        .forEach((name, each) -> {
          long spoilt = each.stream().filter(r -> !(r >= FAITHFUL)).count();
          if (spoilt > 0) {
            double least = each.stream().mapToDouble(r -> r).min().orElseThrow();
            warnings.add(
                String.format(
                    Locale.ROOT,
                    "%s: in %s the map says something else than in floats on %d of %d images: rank correlation %.3f at worst, %.1f is wanted%s",
                    name,
                    format(),
                    spoilt,
                    each.size(),
                    least,
                    FAITHFUL,
                    outcome.machine().format() == NumberFormat.INT8
                        ? "; --number-format int16 computes it in 16 bits"
                        : ""));
          }
        });
    return warnings;
  }

  @Override
  public Map<String, Object> tree() {
    Map<String, Object> rows = new LinkedHashMap<>();
    rows.put("schema", Manifest.SCHEMA);
    rows.put("title", title);
    rows.put("accelerator", outcome.machine().name());
    rows.put("modelled", true);
    rows.put("images", outcome.both().outcome().frames());
    rows.put("area_mm2", outcome.machine().squareMillimetres());
    rows.put("prediction", tree(outcome.predictions()));
    rows.put("explanation", tree(outcome.explanations()));
    rows.put("prediction_and_explanation", tree(outcome.both()));
    rows.put("layers", outcome.both().layers().stream().map(ManyCoreReport::tree).toList());
    rows.put("techniques", outcome.growing().stream().map(ManyCoreReport::tree).toList());
    rows.put("policies", outcome.policies().stream().map(ManyCoreReport::tree).toList());
    rows.put("external_saved_share", outcome.saved());
    rows.put("rank_correlation", outcome.fidelity());
    return rows;
  }

  private static Map<String, Object> tree(Simulation s) {
    return Manifest.tree(
        "cycles", s.outcome().cycles(),
        "images_per_second", s.outcome().framesPerSecond(),
        "core_cycles", s.outcome().time(),
        "products", s.products(),
        "dense_multiply_adds", s.denseMultiplyAdds(),
        "external_bytes", s.outcome().traffic().external(),
        "on_chip_bytes", s.outcome().traffic().onChip(),
        "energy_pj", s.energy().picojoules(),
        "watts", s.watts(),
        "tera_operations_per_joule", s.teraOperationsPerJoule(),
        "giga_operations_per_second_and_mm2", s.gigaOperationsPerSecondAndSquareMillimetre());
  }

  private static Map<String, Object> tree(LayerAccount l) {
    return Manifest.tree(
        "layer", l.task().name(),
        "phase", l.task().phase().name().toLowerCase(Locale.ROOT),
        "sparsity", l.sparsity(),
        "dense_cycles", l.denseCycles(),
        "cycles", l.cycles(),
        "speedup", l.speedup(),
        "ideal", l.ideal(),
        "busy_share", l.busy(),
        "tiles", l.tiles());
  }

  private static Map<String, Object> tree(Ablation a) {
    return Manifest.tree("name", a.name(), "figures", tree(a.simulation()));
  }

  @Override
  public void pictures(Page page) {
    new ManyCorePictures(outcome, unit()).addTo(page);
  }
}
