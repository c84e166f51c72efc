package whyc.app.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import whyc.accelerator.Systolic;
import whyc.simulate.Layer;
import whyc.simulate.Layer.Phase;
import whyc.simulate.systolic.Account;
import whyc.simulate.systolic.SystolicMachine;

/** Layers on a systolic array, one after the other. */
record SystolicReport(Systolic accelerator, String title, List<Layer> layers)
    implements SimulationReport {

  private Account account(Phase phase) {
    return machine().run(SimulationReport.of(layers, phase).stream().map(Layer::loops).toList());
  }

  private SystolicMachine machine() {
    return SystolicMachine.of(accelerator);
  }

  @Override
  public Sheet figures() {
    Sheet t = new Sheet();
    t.line(
        String.format(
            Locale.ROOT,
            "%s: %d x %d, %s, %.0f MHz, int8; all figures modelled",
            accelerator.name(),
            accelerator.rows(),
            accelerator.columns(),
            accelerator.dataflow().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            accelerator.clockMegahertz()));
    t.table("for an image", "prediction", "explanation");
    Account inference = account(Phase.INFERENCE);
    Account explanation = account(Phase.EXPLANATION);
    double energy = machine().energy(inference).total();
    Amount unit = Amount.ofEnergy(Math.max(energy, machine().energy(explanation).total()));
    row(t, "multiply-adds", inference, explanation, a -> a.multiplyAdds(), "%,.0f");
    row(t, "cycles", inference, explanation, a -> a.cycles(), "%,.0f");
    row(t, "of which waiting for memory", inference, explanation, a -> a.stallCycles(), "%,.0f");
    row(t, "utilisation", inference, explanation, Account::utilisation, "%.3f");
    row(t, "ms", inference, explanation, a -> machine().milliseconds(a), "%.3f");
    row(t, "MB outside", inference, explanation, a -> a.dram().total() * 1e-6, "%.3f");
    t.row(unit.name(), unit.text(energy), unit.text(machine().energy(explanation).total()));
    return t;
  }

  /** A figure of an account. */
  private interface FigureOf {
    double of(Account a);
  }

  private static void row(
      Sheet t, String name, Account first, Account second, FigureOf figure, String format) {
    t.row(
        name,
        String.format(Locale.ROOT, format, figure.of(first)),
        String.format(Locale.ROOT, format, figure.of(second)));
  }

  @Override
  public Map<String, Object> tree() {
    return Manifest.tree(
        "schema", Manifest.SCHEMA,
        "title", title,
        "accelerator", accelerator.name(),
        "modelled", true,
        "prediction", tree(account(Phase.INFERENCE)),
        "explanation", tree(account(Phase.EXPLANATION)),
        "layers",
            layers.stream()
                .map(l ->
                    Manifest.tree(
                        "layer", l.label(),
                        "phase", l.phase().name().toLowerCase(Locale.ROOT),
                        "figures", tree(machine().run(List.of(l.loops())))))
                .toList());
  }

  private Map<String, Object> tree(Account a) {
    return Manifest.tree(
        "multiply_adds", a.multiplyAdds(),
        "cycles", a.cycles(),
        "stall_cycles", a.stallCycles(),
        "utilisation", a.utilisation(),
        "mapping_efficiency", a.mappingEfficiency(),
        "milliseconds", machine().milliseconds(a),
        "sram_bytes", a.sram().total(),
        "external_bytes", a.dram().total(),
        "energy_pj", machine().energy(a).total());
  }
}
