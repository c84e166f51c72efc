package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.assign.Budget;
import whyc.assign.Budgets;
import whyc.assign.Conductance;
import whyc.assign.DataSet;
import whyc.assign.Evaluation;
import whyc.assign.Example;
import whyc.assign.Found;
import whyc.assign.Front;
import whyc.assign.Interval;
import whyc.assign.LayerScores;
import whyc.assign.Measured;
import whyc.assign.PredictionCheck;
import whyc.assign.Problem;
import whyc.assign.Strategies;
import whyc.assign.Strategy;
import whyc.assign.Subject;
import whyc.engine.jvm.JvmEngine;
import whyc.refusal.RefusedArgument;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.SideBySide;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * What approximate multipliers save in trained networks, by every strategy with the same budget of
 * evaluations: networks are chosen by some images and reported by others.
 */
@Command(
    name = "approximate",
    description =
        "Compares strategies that choose multipliers for layers. Names are those of networks, as in ResNet-20.")
final class ApproximateBench extends Figure {
  private static final double FIDELITY = 0.95;

  /** Up to here accuracy lost counts in hypervolumes: ten points. */
  private static final double MOST_LOSS = 0.1;

  /** Images by which conductance is measured. */
  private static final int EXPLAINED = 8;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description = "one of them alone, as whyc approximate calls it; default ${DEFAULT-VALUE}")
  private String strategy = Strategies.ALL;

  @Mixin private Approximable approximable = new Approximable();

  ApproximateBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    if (!strategy.equals(Strategies.ALL) && !Strategies.names().contains(strategy)) {
      throw new RefusedArgument(
          "--strategy must be %s or one of %s, got %s"
              .formatted(Strategies.ALL, String.join(", ", Strategies.names()), strategy));
    }
    for (Approximable.Trained t : approximable.networks()) {
      approximable.solve(t, Maps.GRAD_CAM, p -> measure(t, p));
    }
  }

  private void measure(Approximable.Trained t, Problem p) {
    DataSet calibration = t.halves().calibration();
    Measured exact = p.report(p.exact()).measured();
    out.printf(
        Locale.ROOT,
        "## %s%n%n%d layers, %d circuits; %d images calibrate, %d choose, %d are held out. Exact in int8: %.2f %% of those right (%s). Maps of Grad-CAM, at least %.2f. %d evaluations for each strategy, seed %d, %d thread%s.%n%n",
        t.name(),
        p.layers(),
        p.circuits().size(),
        calibration.size(),
        p.images(),
        p.heldOutImages(),
        100 * exact.accuracy(),
        percent(exact.accuracyInterval()),
        FIDELITY,
        approximable.evaluations,
        approximable.seed,
        approximable.threads,
        approximable.threads == 1 ? "" : "s");
    LayerScores scores = conductance(t, calibration);
    for (int points : List.of(1, 2)) {
      List<Found> found = search(p, scores, points);
      strategies(p, found, points);
      energies(p, found, points);
      effort(p, found, points);
      prediction(found);
    }
  }

  private LayerScores conductance(Approximable.Trained t, DataSet calibration) {
    List<Example> examples = new ArrayList<>();
    Shape shape = t.model().inputType().shape().with(0, 1);
    for (int i = 0; i < Math.min(EXPLAINED, calibration.size()); i++) {
      Tensor x = Tensor.of(shape, calibration.images().get(i));
      examples.add(new Example(x, calibration.labels().get(i)));
    }
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(approximable.threads))) {
      return Conductance.from(t.black(), Conductance.Neuron.VALUE)
          .measure(Subject.of(t.model()), examples, engine, new Budget(10, Duration.ofHours(1)))
          .overall();
    }
  }

  private List<Found> search(Problem p, LayerScores scores, int points) {
    Budgets budgets = new Budgets(points / 100.0, FIDELITY);
    List<Found> found = new ArrayList<>();
    for (Strategy s : Strategies.named(strategy, Optional.of(scores), p)) {
      boolean all = s.name().equals("exhaustive");
      int most = all ? Integer.MAX_VALUE : approximable.evaluations;
      found.add(Strategies.run(s, p, budgets, approximable.limits(most), (Evaluation e) -> {}));
    }
    return found;
  }

  private void strategies(Problem p, List<Found> found, int points) {
    out.printf(
        "At most %d point%s:%n%n| strategy | energy, %% of exact | lost, chosen by | lost, held out | 95 %% | maps, held out | hypervolume, chosen by | held out | networks | evaluations | seconds |%n|---|---|---|---|---|---|---|---|---|---|---|%n",
        points, points == 1 ? "" : "s");
    for (Found f : found) {
      Measured held = p.report(f.best().assignment()).measured();
      List<Evaluation> front = f.front().stream().map(e -> p.report(e.assignment())).toList();
      out.printf(
          Locale.ROOT,
          "| %s%s | %.1f | %.2f | %.2f | %s | %.3f | %.3f | %.3f | %d | %.1f | %.0f |%n",
          f.strategy(),
          f.keepsBudgets() ? "" : " (misses)",
          100 * f.best().picojoules() / exact(p),
          100 * f.best().measured().loss(),
          100 * held.loss(),
          percent(held.lossInterval()),
          held.fidelity(),
          hypervolume(p, f.evaluations()),
          hypervolume(p, front),
          f.evaluations().size(),
          f.cost(),
          f.emulationSeconds());
    }
    out.println();
  }

  private static double exact(Problem p) {
    return p.energies().picojoules(p.exact());
  }

  private static double hypervolume(Problem p, List<Evaluation> evaluations) {
    return Front.hypervolume(evaluations, exact(p), MOST_LOSS);
  }

  private static String percent(Interval i) {
    return String.format(Locale.ROOT, "%.2f to %.2f", 100 * i.low(), 100 * i.high());
  }

  /** How many times less energy, by each model and share of the machine. */
  private void energies(Problem p, List<Found> found, int points) {
    out.printf(
        "Times less energy at %d point%s:%n%n| strategy | multiply-adds | printed: multipliers | array | with memory | corrected: multipliers | array | with memory |%n|---|---|---|---|---|---|---|---|%n",
        points, points == 1 ? "" : "s");
    SideBySide exact = p.energies().of(p.exact());
    for (Found f : found) {
      SideBySide now = p.energies().of(f.best().assignment());
      out.printf(
          "| %s | %s | %s | %s |%n",
          f.strategy(),
          ratio(exact.byCount().totalPicojoules(), now.byCount().totalPicojoules()),
          ratios(exact.asPrinted(), now.asPrinted()),
          ratios(exact.corrected(), now.corrected()));
    }
    out.println();
  }

  private static String ratios(PodEnergy exact, PodEnergy now) {
    return Stream.of(
            ratio(exact.multiplierPicojoules(), now.multiplierPicojoules()),
            ratio(
                exact.multiplierPicojoules() + exact.arrayPicojoules(),
                now.multiplierPicojoules() + now.arrayPicojoules()),
            ratio(exact.totalPicojoules(), now.totalPicojoules()))
        .reduce((a, b) -> a + " | " + b)
        .orElseThrow();
  }

  private static String ratio(double exact, double now) {
    return String.format(Locale.ROOT, "%.2f", exact / now);
  }

  /** Evaluations until a strategy, and ours, have the hypervolume that it ends with. */
  private void effort(Problem p, List<Found> found, int points) {
    out.printf(
        "Evaluations at %d point%s:%n%n| strategy | its hypervolume after | ours has it after |%n|---|---|---|%n",
        points, points == 1 ? "" : "s");
    Optional<Found> ours =
        found.stream().filter(f -> f.strategy().equals(Strategies.OURS)).findFirst();
    for (Found f : found) {
      double volume = hypervolume(p, f.evaluations());
      out.printf(
          "| %s | %s | %s |%n",
          f.strategy(),
          cost(f.costOf(volume, exact(p), MOST_LOSS)),
          ours.map(o -> cost(o.costOf(volume, exact(p), MOST_LOSS))).orElse(""));
    }
    out.println();
  }

  private static String cost(OptionalDouble cost) {
    return cost.isPresent() ? String.format(Locale.ROOT, "%.1f", cost.getAsDouble()) : "never";
  }

  private void prediction(List<Found> found) {
    PredictionCheck.of(found)
        .ifPresent(c ->
            out.printf(
                Locale.ROOT,
                "Predicted by ours for %d networks of the others, by measured: noise of scores correlates by %.3f, loss by %.3f with a worst error of %.2f points, maps by %.3f.%n%n",
                c.networks(),
                c.noise(),
                c.loss(),
                100 * c.worst(),
                c.maps()));
  }
}
