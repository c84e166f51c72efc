package whyc.app.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import whyc.accelerator.ManyCore;
import whyc.simulate.Ablation;
import whyc.simulate.Layer.Phase;
import whyc.simulate.LayerAccount;
import whyc.simulate.Outcome;
import whyc.simulate.Simulation;

/** A simulation on many cores. */
record ManyCoreReport(String title, ManyCoreOutcome outcome) implements SimulationReport {

  @Override
  public String text() {
    Table t = new Table();
    ManyCore m = outcome.machine();
    t.line(title);
    t.line(
        String.format(
            Locale.ROOT,
            "%s: %d cores x %d lanes x %d multipliers, %s, %.0f MHz, %.1f mm2; all figures modelled",
            m.name(),
            m.cores(),
            m.core().lanes(),
            m.core().multipliers(),
            m.format().name().toLowerCase(Locale.ROOT),
            m.clockMegahertz(),
            m.squareMillimetres()));
    t.line("");
    t.row("", "prediction", "explanation", "both");
    all(t, "cycles for an image", s -> perImage(s, (double) s.outcome().cycles()), "%,.0f");
    all(t, "images a second", s -> s.outcome().framesPerSecond(), "%,.1f");
    all(t, "mJ for an image, chip", s -> perImage(s, s.energy().onChip() * 1e-9), "%.3f");
    all(t, "with memory outside", s -> perImage(s, s.energy().total() * 1e-9), "%.3f");
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
    all(t, "MB outside for an image", s -> perImage(s, external(s)), "%.3f");
    t.line("");
    zeros(t);
    techniques(t);
    fidelity(t);
    return t.toString();
  }

  /** A figure of a simulation. */
  private interface FigureOf {
    double of(Simulation s);
  }

  private void all(Table t, String name, FigureOf figure, String format) {
    t.row(
        name,
        String.format(Locale.ROOT, format, figure.of(outcome.predictions())),
        String.format(Locale.ROOT, format, figure.of(outcome.explanations())),
        String.format(Locale.ROOT, format, figure.of(outcome.both())));
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

  private void zeros(Table t) {
    t.row("what zeros are worth", "all layers", "the best");
    for (Phase phase : Phase.values()) {
      List<LayerAccount> layers = of(phase);
      if (!layers.isEmpty()) {
        LayerAccount best =
            layers.stream().max(Comparator.comparingDouble(LayerAccount::speedup)).orElseThrow();
        t.row(
            phase.name().toLowerCase(Locale.ROOT),
            String.format(Locale.ROOT, "%.2fx", outcome.both().speedup(phase)),
            String.format(
                Locale.ROOT,
                "%.2fx at %.1f %% zeros (%s)",
                best.speedup(),
                100 * best.sparsity(),
                best.task().name()));
      }
    }
    t.line("");
  }

  private List<LayerAccount> of(Phase phase) {
    return outcome.both().layers().stream().filter(l -> l.task().phase() == phase).toList();
  }

  private void techniques(Table t) {
    t.row("techniques", "MB outside", "images/s");
    outcome.growing().forEach(a -> technique(t, a));
    t.line(
        String.format(
            Locale.ROOT, "%.1f %% less from outside than without them", 100 * outcome.saved()));
    t.line("");
    t.row("who gets the cores", "MB outside", "images/s");
    outcome.policies().forEach(a -> technique(t, a));
    t.line("");
  }

  private static void technique(Table t, Ablation a) {
    Simulation s = a.simulation();
    t.row(
        a.name(),
        String.format(Locale.ROOT, "%.3f", perImage(s, external(s))),
        String.format(Locale.ROOT, "%.1f", s.outcome().framesPerSecond()));
  }

  private void fidelity(Table t) {
    outcome
        .fidelity()
        .forEach((name, each) -> {
          double[] sorted = each.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          t.line(
              String.format(
                  Locale.ROOT,
                  "%s in these numbers against single precision: rank correlation %.4f median, %.4f least",
                  name,
                  sorted[sorted.length / 2],
                  sorted[0]));
        });
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
  public String html() {
    return new ManyCorePage(title, outcome, text()).html();
  }
}
