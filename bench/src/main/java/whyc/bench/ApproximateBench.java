package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Stream;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.assign.Budget;
import whyc.assign.Budgets;
import whyc.assign.Circuit;
import whyc.assign.Conductance;
import whyc.assign.DataSet;
import whyc.assign.DataSplit;
import whyc.assign.Evaluation;
import whyc.assign.EvaluationLog;
import whyc.assign.Example;
import whyc.assign.Found;
import whyc.assign.Front;
import whyc.assign.Interval;
import whyc.assign.LayerScores;
import whyc.assign.Measured;
import whyc.assign.Network;
import whyc.assign.Ours;
import whyc.assign.PredictionCheck;
import whyc.assign.Problem;
import whyc.assign.Search;
import whyc.assign.Strategies;
import whyc.assign.Strategy;
import whyc.assign.Subject;
import whyc.engine.jvm.JvmEngine;
import whyc.explain.Baseline;
import whyc.explain.Head;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.graph.Graph;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Value;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.SideBySide;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * What approximate multipliers save in trained networks, by every strategy with the same budget of
 * evaluations: networks are chosen by some images and reported by others.
 */
final class ApproximateBench {
  private static final double FIDELITY = 0.95;

  /** Up to here accuracy lost counts in hypervolumes: ten points. */
  private static final double MOST_LOSS = 0.1;

  /** Images by which conductance is measured. */
  private static final int EXPLAINED = 8;

  /** Images of a network of which all assignments are tried. */
  private static final int SMALL = 600;

  private final int images;
  private final int evaluations;
  private final int threads;
  private final long seed;
  private final Optional<Path> kept;
  private final PrintStream out;
  private final MultiPod machine = (MultiPod) Accelerator.of("xai-gen-8x256");

  /**
   * @param images read of each data set, at most
   * @param evaluations of all images of the choice, for each strategy
   * @param kept a folder for what was measured, from which a bench that was stopped goes on
   */
  ApproximateBench(
      int images, int evaluations, int threads, long seed, Optional<Path> kept, PrintStream out) {
    this.images = images;
    this.evaluations = evaluations;
    this.threads = threads;
    this.seed = seed;
    this.kept = kept;
    this.out = out;
  }

  /**
   * A trained network with its images.
   *
   * @param circuits that its layers may have, beside the exact one
   * @param black what a black picture is in the space of the input
   * @param middle a layer half-way, if its maps are of interest
   */
  record Trained(
      String name,
      Model model,
      List<Circuit> circuits,
      DataSet data,
      Baseline black,
      Optional<String> middle) {}

  private Trained trained(
      Path folder,
      String name,
      String file,
      DataSet data,
      Baseline black,
      Optional<String> middle) {
    Path path = folder.resolve("models").resolve(file);
    Model model = Model.read(OnnxModel.read(path), Optional.empty());
    List<Circuit> circuits = machine.approximate().stream().map(Circuit::of).toList();
    return new Trained(name, model, circuits, data, black, middle);
  }

  /** Few enough circuits and images to try all assignments. */
  private static Trained small(Trained t) {
    DataSet some = t.data.part(0, Math.min(SMALL, t.data.size()));
    return new Trained(
        t.name + " with one circuit",
        t.model,
        List.of(t.circuits.getLast()),
        some,
        t.black,
        Optional.empty());
  }

  /** Every strategy. */
  void run(Path data, Optional<String> only) {
    networks(data, only).forEach(this::measure);
  }

  /** Maps of several kinds at equal energy; of networks with a layer half-way. */
  void runMaps(Path data, Optional<String> only) {
    for (Trained t : networks(data, only)) {
      DataSplit split = DataSplit.of(t.data, 0.5);
      t.middle.ifPresent(layer ->
          Stream.of(Maps.GRAD_CAM, Maps.gradCam(layer), Maps.SALIENCY)
              .forEach(maps -> compare(t, split, maps)));
    }
  }

  private List<Trained> networks(Path data, Optional<String> only) {
    DataSet plain = LabelledSets.cifar(data, images, false);
    DataSet normalised = LabelledSets.cifar(data, images, true);
    Trained resNet8 =
        trained(
            data,
            "ResNet-8",
            "mlperf_tiny/ic_resnet8.onnx",
            plain,
            LabelledSets.black(false),
            Optional.of("activation_4.relu_out"));
    return Stream.of(
            trained(
                data,
                "MNIST convnet",
                "mnist/mnist_cntk.onnx",
                LabelledSets.mnist(data, images),
                new Baseline.Zero(),
                Optional.empty()),
            small(resNet8),
            resNet8,
            cifar(data, 20, normalised, Optional.of("layer2.2.relu2_out")),
            cifar(data, 56, normalised, Optional.empty()))
        .filter(t -> t.name.matches(only.orElse(".*")))
        .toList();
  }

  private Trained cifar(Path data, int layers, DataSet images, Optional<String> middle) {
    String file = "cifar10/resnet%d_cifar10.onnx".formatted(layers);
    return trained(data, "ResNet-" + layers, file, images, LabelledSets.black(true), middle);
  }

  /**
   * Whose maps are compared.
   *
   * @param layer of class activation maps; absent for the preferred one
   */
  private record Maps(
      String name, String method, Optional<String> layer, Network.Backward backward) {
    static final Maps GRAD_CAM =
        new Maps("Grad-CAM", "gradcam", Optional.empty(), Network.Backward.EXACT);

    static final Maps SALIENCY =
        new Maps(
            "saliency, the pass approximate and counted",
            "saliency",
            Optional.empty(),
            Network.Backward.APPROXIMATE);

    static Maps gradCam(String layer) {
      String name = "Grad-CAM at " + layer;
      return new Maps(name, "gradcam", Optional.of(layer), Network.Backward.EXACT);
    }

    private Methods.Options options() {
      Methods.Options usual = Methods.Options.of(Profile.WHYC);
      return layer.map(usual::withLayer).orElse(usual);
    }
  }

  /** Scores and maps of Grad-CAM. */
  static Network.Wanted wanted(Model m) {
    return wanted(m, Maps.GRAD_CAM);
  }

  private static Network.Wanted wanted(Model m, Maps maps) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(m.graph().outputs());
    String output = outputs.firstEntry().getKey();
    outputs.put(Head.SCORES, outputs.firstEntry().getValue());
    Graph scored = m.graph().withOutputs(outputs);
    Network.Wanted plain = new Network.Wanted(m, scored, output, Optional.empty());
    Network.Explains explains =
        new Network.Explains(
            Methods.named(maps.method).create(scored, plain.question(), maps.options()),
            new RankCorrelation(),
            maps.backward);
    return new Network.Wanted(m, scored, output, Optional.of(explains));
  }

  private void measure(Trained t) {
    DataSplit data = DataSplit.of(t.data, 0.5);
    try (Network network = Network.of(wanted(t.model), data.calibration(), threads);
        EvaluationLog log = log(t, Maps.GRAD_CAM)) {
      Problem p = problem(t, network, data, log);
      Measured exact = p.report(p.exact()).measured();
      out.printf(
          Locale.ROOT,
          "## %s%n%n%d layers, %d circuits; %d images calibrate, %d choose, %d are held out. Exact in int8: %.2f %% of those right (%s). Maps of Grad-CAM, at least %.2f. %d evaluations for each strategy, seed %d, %d thread%s.%n%n",
          t.name,
          p.layers(),
          p.circuits().size(),
          data.calibration().size(),
          p.images(),
          p.heldOutImages(),
          100 * exact.accuracy(),
          percent(exact.accuracyInterval()),
          FIDELITY,
          evaluations,
          seed,
          threads,
          threads == 1 ? "" : "s");
      LayerScores scores = conductance(t, data.calibration());
      for (int points : List.of(1, 2)) {
        List<Found> found = search(p, scores, points);
        strategies(p, found, points);
        energies(p, found, points);
        effort(p, found, points);
        prediction(found);
      }
    }
  }

  private Problem problem(Trained t, Network network, DataSplit data, EvaluationLog log) {
    return Problem.of(network, machine, t.circuits, List.of(), data, new RankCorrelation(), log);
  }

  private EvaluationLog log(Trained t, Maps maps) {
    if (kept.isEmpty()) {
      return EvaluationLog.inMemory();
    }
    String name = "%s, maps of %s".formatted(t.name, maps.name);
    String circuits = String.join(" ", t.circuits.stream().map(Circuit::name).toList());
    String search =
        "%s; %s; %d images %08x".formatted(name, circuits, t.data.size(), t.data.fingerprint());
    try {
      Files.createDirectories(kept.get());
      return EvaluationLog.open(kept.get().resolve(name + ".jsonl"), search);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ours learns without a budget for maps, so that it sees networks whose maps suffer. */
  private void compare(Trained t, DataSplit data, Maps maps) {
    try (Network network = Network.of(wanted(t.model, maps), data.calibration(), threads);
        EvaluationLog log = log(t, maps)) {
      Problem p = problem(t, network, data, log);
      Found found =
          Strategies.run(
              new Ours(),
              p,
              new Budgets(0.01, 0),
              new Search.Limits(evaluations, 1e9, seed),
              (Evaluation e) -> {});
      out.printf("## %s%n%n", t.name);
      new EqualEnergyBench(t, p, data.heldOut(), found, out).run(maps.name);
    }
  }

  private LayerScores conductance(Trained t, DataSet calibration) {
    List<Example> examples = new ArrayList<>();
    Shape shape = t.model.inputType().shape().with(0, 1);
    for (int i = 0; i < Math.min(EXPLAINED, calibration.size()); i++) {
      Tensor x = Tensor.of(shape, calibration.images().get(i));
      examples.add(new Example(x, calibration.labels().get(i)));
    }
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(threads))) {
      return Conductance.from(t.black, Conductance.Neuron.VALUE)
          .measure(Subject.of(t.model), examples, engine, new Budget(10, Duration.ofHours(1)))
          .overall();
    }
  }

  private List<Found> search(Problem p, LayerScores scores, int points) {
    Budgets budgets = new Budgets(points / 100.0, FIDELITY);
    List<Found> found = new ArrayList<>();
    for (Strategy s : Strategies.named(Strategies.ALL, Optional.of(scores), p)) {
      boolean all = s.name().equals("exhaustive");
      int most = all ? Integer.MAX_VALUE : evaluations;
      found.add(
          Strategies.run(s, p, budgets, new Search.Limits(most, 1e9, seed), (Evaluation e) -> {}));
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
    for (Found f : found) {
      double volume = hypervolume(p, f.evaluations());
      out.printf(
          "| %s | %s | %s |%n",
          f.strategy(),
          cost(f.costOf(volume, exact(p), MOST_LOSS)),
          cost(found.getFirst().costOf(volume, exact(p), MOST_LOSS)));
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
