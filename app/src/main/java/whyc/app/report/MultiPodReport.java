package whyc.app.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import whyc.accelerator.MultiPod;
import whyc.simulate.Layer;
import whyc.simulate.Layer.Phase;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.PodWork;
import whyc.simulate.multipod.SideBySide;

/** Layers on pods of systolic arrays, all exact: what approximation saves is another command's. */
record MultiPodReport(MultiPod machine, String title, List<Layer> layers)
    implements SimulationReport {

  private SideBySide energy(Phase phase) {
    return SideBySide.of(
        machine,
        SimulationReport.of(layers, phase).stream()
            .map(l -> new PodWork(l.label(), l.loops(), machine.exact(), 1))
            .toList());
  }

  @Override
  public String text() {
    SideBySide inference = energy(Phase.INFERENCE);
    SideBySide explanation = energy(Phase.EXPLANATION);
    Table t = new Table();
    t.line(title);
    t.line(
        String.format(
            Locale.ROOT,
            "%s: %d pods of %d x %d at %.0f MHz; all figures modelled",
            machine.name(),
            machine.pods(),
            machine.rows(),
            machine.columns(),
            machine.clockMegahertz()));
    t.line("");
    t.row("mJ for an image", "prediction", "explanation");
    row(t, "multiply-adds by the energy of one", inference.byCount(), explanation.byCount());
    row(t, "equations 1 and 2 as printed", inference.asPrinted(), explanation.asPrinted());
    row(t, "with streaming, filling and draining", inference.corrected(), explanation.corrected());
    return t.toString();
  }

  private static void row(Table t, String name, PodEnergy first, PodEnergy second) {
    t.row(name, millijoules(first), millijoules(second));
  }

  private static String millijoules(PodEnergy e) {
    return String.format(Locale.ROOT, "%.4f", e.totalPicojoules() * 1e-9);
  }

  @Override
  public Map<String, Object> tree() {
    return Manifest.tree(
        "schema",
        Manifest.SCHEMA,
        "title",
        title,
        "accelerator",
        machine.name(),
        "modelled",
        true,
        "prediction",
        energy(Phase.INFERENCE),
        "explanation",
        energy(Phase.EXPLANATION));
  }

  @Override
  public String html() {
    return PlainPage.of(title, text());
  }
}
