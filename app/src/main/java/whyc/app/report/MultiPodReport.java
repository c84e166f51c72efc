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
  public Sheet figures() {
    SideBySide inference = energy(Phase.INFERENCE);
    SideBySide explanation = energy(Phase.EXPLANATION);
    Sheet t = new Sheet();
    t.line(
        String.format(
            Locale.ROOT,
            "%s: %d pods of %d x %d at %.0f MHz; all figures modelled",
            machine.name(),
            machine.pods(),
            machine.rows(),
            machine.columns(),
            machine.clockMegahertz()));
    Amount unit =
        Amount.ofEnergy(
            Math.max(
                inference.corrected().totalPicojoules(),
                explanation.corrected().totalPicojoules()));
    t.table(unit.name() + " for an image", "prediction", "explanation");
    row(t, unit, "multiply-adds by the energy of one", inference.byCount(), explanation.byCount());
    row(t, unit, "equations 1 and 2 as printed", inference.asPrinted(), explanation.asPrinted());
    row(
        t,
        unit,
        "with streaming, filling and draining",
        inference.corrected(),
        explanation.corrected());
    return t;
  }

  private static void row(Sheet t, Amount unit, String name, PodEnergy first, PodEnergy second) {
    t.row(name, unit.text(first.totalPicojoules()), unit.text(second.totalPicojoules()));
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
}
