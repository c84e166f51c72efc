package whyc.app.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import whyc.assign.Circuit;
import whyc.assign.Evaluation;
import whyc.assign.Found;
import whyc.assign.Front;
import whyc.assign.Interval;
import whyc.assign.Measured;
import whyc.assign.PredictionCheck;
import whyc.assign.Problem;
import whyc.assign.ProductLayer;
import whyc.assign.Settled;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.SideBySide;

/** What {@code whyc approximate} found, for people and for programs. */
public final class ApproximationReport {
  /** Whose energy counts where maps were measured with circuits, too. */
  public static final String BOTH_PASSES = "a prediction and its explanation";

  /** The accuracy lost up to which fronts are compared: ten points. */
  static final double MOST_LOSS = 0.1;

  private static final String NOTHING =
      "the search ended before it measured any approximate network";

  private ApproximationReport() {}

  /** A strategy in a line. */
  public static String line(Found f, Problem p) {
    if (f.best().assignment().isExact()) {
      return String.format(Locale.ROOT, "%s: %s; %.0f s", f.strategy(), NOTHING, f.wallSeconds());
    }
    return String.format(
        Locale.ROOT,
        "%s: %.1f %% of the exact energy, %.2f points lost, maps %.3f, %s; %d networks in %.0f s",
        f.strategy(),
        100 * f.best().picojoules() / p.reference().picojoules(),
        100 * f.best().measured().loss(),
        f.best().measured().fidelity(),
        f.keepsBudgets() ? "budgets kept" : "budgets missed",
        f.evaluations().size(),
        f.wallSeconds());
  }

  /** All of it in lines. */
  public static String text(Approximated a) {
    return a.title() + "\n\n" + figures(a) + "\n" + layers(a);
  }

  /** What was measured, of the chosen network and by strategies. */
  static Sheet figures(Approximated a) {
    Sheet t = new Sheet();
    Measured m = a.reported().measured();
    Measured chosen = a.best().best().measured();
    t.table(held(a), "exact int8", "approximate");
    t.row(
        "accuracy, %",
        String.format(Locale.ROOT, "%.2f", 100 * a.reference().measured().accuracy()),
        String.format(Locale.ROOT, "%.2f", 100 * m.accuracy()));
    quality(t, m);
    t.table(
        a.problem().images() + " images that the choice was made by", "exact int8", "approximate");
    quality(t, chosen);
    energies(t, a);
    if (a.keepsBudgets()) {
      t.line(verdict(a));
    } else {
      t.warning(verdict(a));
    }
    strategies(t, a);
    return t;
  }

  /** The unit of all energies of a report. */
  static Amount unit(Approximated a) {
    return Amount.ofEnergy(a.reference().picojoules());
  }

  /** What the energy is of. */
  private static String counted(Problem p) {
    return p.network().explainsApproximately() ? BOTH_PASSES : "a prediction";
  }

  private static String held(Approximated a) {
    return a.problem().heldOutImages() + " images held out from the choice";
  }

  private static void quality(Sheet t, Measured m) {
    Interval i = m.lossInterval();
    t.row("points lost", "", String.format(Locale.ROOT, "%.2f", 100 * m.loss()));
    t.row(
        "their 95 % interval",
        "", String.format(Locale.ROOT, "%.2f to %.2f", 100 * i.low(), 100 * i.high()));
    t.row("rank correlation of heat maps", "1", String.format(Locale.ROOT, "%.4f", m.fidelity()));
  }

  private static void energies(Sheet t, Approximated a) {
    Amount unit = unit(a);
    SideBySide exact = a.problem().energies().of(a.reference().assignment());
    SideBySide now = a.problem().energies().of(a.best().best().assignment());
    t.table(unit.name() + " for " + counted(a.problem()), "exact int8", "approximate", "less by");
    energy(t, unit, "multiply-adds by the energy of one", exact.byCount(), now.byCount());
    energy(t, unit, "equations 1 and 2 as printed", exact.asPrinted(), now.asPrinted());
    energy(t, unit, "with streaming, filling and draining", exact.corrected(), now.corrected());
  }

  private static void energy(Sheet t, Amount unit, String name, PodEnergy exact, PodEnergy now) {
    t.row(
        name,
        unit.text(exact.totalPicojoules()),
        unit.text(now.totalPicojoules()),
        String.format(Locale.ROOT, "%.2fx", exact.totalPicojoules() / now.totalPicojoules()));
  }

  /** Whether budgets are kept, and by how much they are missed. */
  static String verdict(Approximated a) {
    if (a.best().best().assignment().isExact()) {
      return NOTHING + ": give it more evaluations or time";
    }
    Measured chosen = a.best().best().measured();
    if (!a.best().keepsBudgets()) {
      return String.format(
          Locale.ROOT,
          "no approximate network that was tried keeps the budgets: the nearest loses %.2f points where %.2f are allowed, its maps correlate by %.4f where %.4f is asked",
          100 * chosen.loss(),
          100 * a.budgets().loss(),
          chosen.fidelity(),
          a.budgets().fidelity());
    }
    return "the budgets are kept on the images that the choice was made by; " + heldOutVerdict(a);
  }

  private static String heldOutVerdict(Approximated a) {
    Measured m = a.reported().measured();
    Interval i = m.lossInterval();
    String told =
        String.format(
            Locale.ROOT,
            "%d held out tell the loss to %.2f to %.2f points",
            m.images(),
            100 * i.low(),
            100 * i.high());
    String maps =
        m.fidelity() < a.budgets().fidelity()
            ? String.format(
                Locale.ROOT,
                ", and their maps correlate by %.4f where %.4f is asked",
                m.fidelity(),
                a.budgets().fidelity())
            : "";
    String allowed = String.format(Locale.ROOT, "%.2f", 100 * a.budgets().loss());
    if (a.isContradicted()) {
      return told + ", more than the " + allowed + " allowed: the choice does not hold" + maps;
    }
    return i.high() > a.budgets().loss()
        ? told + ", so that more than " + allowed + " cannot be ruled out" + maps
        : told + ", within the budget" + maps;
  }

  private static void strategies(Sheet t, Approximated a) {
    t.table(
        "strategy",
        "energy, %",
        "lost",
        "held out",
        "maps",
        "networks",
        "hypervolume",
        "seconds",
        "budgets");
    for (Found f : a.found()) {
      t.row(
          f.strategy(),
          String.format(Locale.ROOT, "%.2f", 100 * a.relative(f.best())),
          String.format(Locale.ROOT, "%.2f", 100 * f.best().measured().loss()),
          String.format(Locale.ROOT, "%.2f", 100 * a.reported(f).measured().loss()),
          String.format(Locale.ROOT, "%.3f", f.best().measured().fidelity()),
          String.format(Locale.ROOT, "%.1f", f.cost()),
          String.format(Locale.ROOT, "%.4f", hypervolume(a, f.evaluations())),
          String.format(Locale.ROOT, "%.1f", f.emulationSeconds()),
          f.best().assignment().isExact()
              ? "nothing approximate measured"
              : f.keepsBudgets() ? "kept" : "missed");
    }
    PredictionCheck.of(a.found())
        .ifPresent(c ->
            t.line(
                String.format(
                    Locale.ROOT,
                    "predicted for %d networks of the others: noise of scores correlates by %.3f with what was measured, loss by %.3f (worst error %.2f points), maps by %.3f",
                    c.networks(),
                    c.noise(),
                    c.loss(),
                    100 * c.worst(),
                    c.maps())));
  }

  static double hypervolume(Approximated a, List<Evaluation> evaluations) {
    return Front.hypervolume(evaluations, a.reference().picojoules(), MOST_LOSS);
  }

  private static Sheet layers(Approximated a) {
    Problem p = a.problem();
    Sheet t = new Sheet().table("layer", "multiply-adds", "multiplier");
    List<Circuit> circuits = p.circuits(a.best().best().assignment());
    for (int l = 0; l < circuits.size(); l++) {
      ProductLayer layer = p.network().layers().get(l);
      t.row(
          layer.name(),
          String.format(Locale.ROOT, "%,d", layer.loops().multiplyAdds()),
          multiplier(circuits.get(l)));
    }
    return t;
  }

  static String multiplier(Circuit c) {
    return c.isExact() ? "exact" : c.name();
  }

  /**
   * For {@code design.json}.
   *
   * @param modelSha of the model's file
   * @param exported whether there is an ONNX model
   */
  public static Map<String, Object> tree(Approximated a, String modelSha, boolean exported) {
    Found best = a.best();
    Problem problem = a.problem();
    List<Circuit> chosen = problem.circuits(best.best().assignment());
    Settled settled = problem.network().settled(chosen);
    Map<String, Object> tree =
        Manifest.tree(
            "schema", Manifest.SCHEMA,
            "title", a.title(),
            "model_sha256", modelSha,
            "prediction_sha256", settled.identity(),
            "exponents", settled.exponents(),
            "accelerator", a.problem().energies().machine().name(),
            "energy_of", counted(a.problem()),
            "seed", a.seed(),
            "images_selection", a.problem().images(),
            "images_held_out", a.problem().heldOutImages(),
            "loss_budget", a.budgets().loss(),
            "fidelity_budget", a.budgets().fidelity(),
            "budgets_kept", a.keepsBudgets(),
            "budgets_kept_on_selection", best.keepsBudgets(),
            "verdict", verdict(a),
            "strategy", best.strategy(),
            "model_onnx", exported);
    tree.put("exact", tree(a, a.reference()));
    tree.put("design", tree(a, a.reported()));
    tree.put("design_on_selection", quality(best.best().measured()));
    tree.put("layers", layers(problem, chosen, settled));
    tree.put("strategies", a.found().stream().map(f -> tree(a, f)).toList());
    a.found().stream()
        .flatMap(f -> f.prediction().stream())
        .findFirst()
        .ifPresent(p ->
            tree.put(
                "predicted",
                Manifest.tree(
                    "loss", p.loss(best.best().assignment()),
                    "fidelity", p.fidelity(best.best().assignment()))));
    PredictionCheck.of(a.found())
        .ifPresent(c ->
            tree.put(
                "prediction_of_others",
                Manifest.tree(
                    "networks", c.networks(),
                    "noise_correlation", c.noise(),
                    "loss_correlation", c.loss(),
                    "loss_worst_error", c.worst(),
                    "fidelity_correlation", c.maps())));
    return tree;
  }

  private static Map<String, Object> tree(Approximated a, Evaluation e) {
    SideBySide energy = a.problem().energies().of(e.assignment());
    Map<String, Object> tree = quality(e.measured());
    tree.put("energy_by_exact", a.relative(e));
    tree.put(
        "energy_pj",
        Manifest.tree(
            "by_count", tree(energy.byCount()),
            "as_printed", tree(energy.asPrinted()),
            "corrected", tree(energy.corrected())));
    return tree;
  }

  private static Map<String, Object> quality(Measured m) {
    return Manifest.tree(
        "images", m.images(),
        "accuracy", m.accuracy(),
        "accuracy_interval", List.of(m.accuracyInterval().low(), m.accuracyInterval().high()),
        "loss", m.loss(),
        "loss_interval", List.of(m.lossInterval().low(), m.lossInterval().high()),
        "fidelity", m.fidelity());
  }

  private static Map<String, Object> tree(PodEnergy e) {
    return Manifest.tree(
        "multiplier", e.multiplierPicojoules(),
        "array", e.arrayPicojoules(),
        "memory", e.memoryPicojoules(),
        "total", e.totalPicojoules());
  }

  private static List<Map<String, Object>> layers(
      Problem p, List<Circuit> circuits, Settled settled) {
    List<Map<String, Object>> layers = new ArrayList<>();
    for (int l = 0; l < circuits.size(); l++) {
      Circuit c = circuits.get(l);
      ProductLayer layer = p.network().layers().get(l);
      Map<String, Object> tree =
          Manifest.tree(
              "layer", layer.name(),
              "multiplier", c.name(),
              "identity", c.function().identity(),
              "exact", c.isExact(),
              "multiply_adds", layer.loops().multiplyAdds());
      Optional.ofNullable(settled.layers().get(layer.name()))
          .ifPresent(change -> {
            tree.put("skipped_outputs", change.skipped());
            tree.put("stored_weights", change.stored());
            tree.put("correction", change.correction());
          });
      layers.add(tree);
    }
    return layers;
  }

  private static Map<String, Object> tree(Approximated a, Found f) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("strategy", f.strategy());
    tree.put("budgets_kept", f.keepsBudgets());
    tree.put("energy_by_exact", a.relative(f.best()));
    tree.put("loss", f.best().measured().loss());
    tree.put("fidelity", f.best().measured().fidelity());
    tree.put("held_out", quality(a.reported(f).measured()));
    tree.put("networks", f.evaluations().size());
    tree.put("evaluations", f.cost());
    tree.put("emulation_seconds", f.emulationSeconds());
    tree.put("wall_seconds", f.wallSeconds());
    tree.put("hypervolume", hypervolume(a, f.evaluations()));
    tree.put(
        "front",
        f.front().stream()
            .map(e ->
                Manifest.tree(
                    "choices", e.assignment().choices(),
                    "energy_by_exact", a.relative(e),
                    "loss", e.measured().loss(),
                    "fidelity", e.measured().fidelity()))
            .toList());
    return tree;
  }
}
