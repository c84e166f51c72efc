package whyc.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.app.report.Approximated;
import whyc.app.report.ApproximationPage;
import whyc.app.report.ApproximationReport;
import whyc.app.report.Bundle;
import whyc.app.report.Json;
import whyc.app.report.Sha256;
import whyc.assign.Budget;
import whyc.assign.Budgets;
import whyc.assign.Circuit;
import whyc.assign.Conductance;
import whyc.assign.DataSet;
import whyc.assign.DataSplit;
import whyc.assign.EvaluationLog;
import whyc.assign.Example;
import whyc.assign.Found;
import whyc.assign.LayerScores;
import whyc.assign.Network;
import whyc.assign.Problem;
import whyc.assign.Search;
import whyc.assign.Strategies;
import whyc.assign.Strategy;
import whyc.assign.Subject;
import whyc.engine.jvm.JvmEngine;
import whyc.explain.Explanation;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.measure.Fidelity;
import whyc.measure.RankCorrelation;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Tensor;

/** {@code whyc approximate}: a multiplier for every layer. */
@Command(
    name = "approximate",
    description =
        "Chooses a multiplier for every layer of a network, so that a prediction takes least energy while accuracy and heat maps keep their budgets; every choice is measured by emulation.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ApproximateCommand extends SpeakingCommand {
  private static final String LOG = "evaluations.jsonl";
  private static final String MODEL = "model.onnx";
  private static final String DESIGN = "design.json";

  /** Images by which conductance is measured: each takes 51 passes forwards and backwards. */
  private static final int EXPLAINED = 8;

  @Mixin private ModelOptions models = new ModelOptions();

  @Parameters(
      index = "1",
      paramLabel = "DATASET",
      description =
          "labelled images: a CIFAR-10 batch (.bin), idx images with their labels beside them, or a folder with labels.tsv")
  private Path dataSet = Path.of("");

  @Option(
      names = {"-a", "--accelerator"},
      paramLabel = "NAME|FILE",
      description =
          "whose energy counts: ${COMPLETION-CANDIDATES}, or a JSON file of such pods; default ${DEFAULT-VALUE}",
      completionCandidates = Shipped.Pods.class)
  private String accelerator = "xai-gen-8x256";

  @Option(
      names = "--loss",
      paramLabel = "POINTS",
      description = "accuracy that may be lost, in points of a hundred; default 1")
  private double points = 1;

  @Option(
      names = "--fidelity",
      paramLabel = "R",
      description =
          "mean rank correlation that heat maps must keep, 0 to 1; default 0.95; 0 for no maps")
  private double fidelity = 0.95;

  @Option(
      names = {"-m", "--method"},
      paramLabel = "METHOD",
      description = "whose heat maps count: gradcam (the default) or any other of one pass")
  private String method = "gradcam";

  @Option(
      names = "--explanation",
      paramLabel = "PASS",
      description =
          "backward pass of heat maps: exact (the default; 16 bits, not counted as energy) or approximate (8 bits on the multiplier of each layer, counted)")
  private String explanation = "exact";

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}, the last to compare; default ${DEFAULT-VALUE}",
      completionCandidates = Shipped.SearchStrategies.class)
  private String strategy = Strategies.OURS;

  @Option(
      names = "--multipliers",
      split = ",",
      paramLabel = "LIST",
      description =
          "circuits by their names in \"whyc multipliers\", with ~ behind one whose first operand is the weight; default those of the accelerator")
  private List<String> multipliers = List.of();

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "PERCENT",
      description =
          "shares of a layer's output channels that may be left out, the least important by conductance, as 10,25; default none")
  private List<Double> skip = List.of();

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description = "of emulation for each strategy, as 90s, 10m or 2h; default 10m")
  private String budget = "10m";

  @Option(
      names = "--evaluations",
      paramLabel = "N",
      description = "networks that each strategy may measure; default 100")
  private int evaluations = 100;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "images of the data set that are read, the first ones; default all")
  private int images = Integer.MAX_VALUE;

  @Option(
      names = "--held-out",
      paramLabel = "SHARE",
      description =
          "of the images that calibrate nothing: no search sees them, and the report is by them; default 0.5")
  private double heldOut = 0.5;

  @Option(names = "--seed", paramLabel = "N", description = "of what is random; default 1")
  private long seed = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "that measure at once; default one for each processor")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "folder of the results, and of a search to go on with; default MODEL-approximate")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  ApproximateCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    check();
    MultiPod machine = machine();
    List<Circuit> circuits = circuits(machine);
    Path folder = folder();
    SearchFolder.check(folder, LOG, List.of(MODEL, DESIGN, Bundle.PAGE), Sources.of(spec));
    ApproximateModel.check(folder.resolve(MODEL));
    LabelledImages.checkExists(dataSet);
    Classifier c = Classifier.read(models.model, models.spatial(), models.output);
    c.notes().forEach(console::say);
    DataSet all = data(c);
    DataSplit data = split(all);
    Network.Wanted wanted = wanted(c);
    Files.createDirectories(folder);
    try (EvaluationLog log = log(folder, search(c, machine, circuits, all))) {
      Optional<LayerScores> scores =
          needsScores() ? Optional.of(conductance(c, data.calibration())) : Optional.empty();
      try (Network network = network(wanted, data.calibration(), scores)) {
        console.reached("quantised");
        network
            .quantized()
            .real()
            .forEach(r -> console.say("stays real: %s, %s".formatted(r.line(), r.reason())));
        Problem p =
            Problem.of(network, machine, circuits, skips(), data, new RankCorrelation(), log);
        return searched(c, p, scores, folder);
      }
    }
  }

  private EvaluationLog log(Path folder, String search) throws IOException {
    EvaluationLog log = EvaluationLog.open(folder.resolve(LOG), search);
    log.damaged().forEach(console::warn);
    if (log.size() > 0) {
      console.say("%s: goes on with %d measurements".formatted(folder, log.size()));
    }
    return log;
  }

  private Network network(
      Network.Wanted wanted, DataSet calibration, Optional<LayerScores> scores) {
    return scores
        .map(s -> Network.of(wanted, calibration, s, threads))
        .orElseGet(() -> Network.of(wanted, calibration, threads));
  }

  private Integer searched(Classifier c, Problem p, Optional<LayerScores> scores, Path folder)
      throws IOException {
    Budgets budgets = new Budgets(points / 100, fidelity);
    warnOfFewImages(p, budgets);
    List<Found> found = new ArrayList<>();
    for (Strategy s : Strategies.named(strategy, scores, p)) {
      try (Progress progress = Progress.of(console, s.name(), evaluations)) {
        found.add(
            Strategies.run(
                s,
                p,
                budgets,
                new Search.Limits(evaluations, seconds(), seed),
                e -> progress.step(1)));
      }
      console.say(ApproximationReport.line(found.getLast(), p));
    }
    Approximated result = Approximated.of(title(c, p), p, budgets, found, seed);
    boolean exported = ApproximateModel.write(folder.resolve(MODEL), c, p, result, console);
    OutputFile.write(
        folder.resolve(DESIGN),
        Json.text(ApproximationReport.tree(result, ExplainJob.sha(models.model), exported))
            .getBytes(StandardCharsets.UTF_8));
    OutputFile.write(
        folder.resolve(Bundle.PAGE),
        ApproximationPage.html(result).getBytes(StandardCharsets.UTF_8));
    console.text(ApproximationReport.text(result));
    console.say(folder + ": design.json, index.html" + (exported ? ", model.onnx" : ""));
    return result.keepsBudgets() ? 0 : 1;
  }

  private void check() {
    models.check();
    Refusal.option("--method", () -> Methods.named(method));
    backward();
    if (!(points >= 0 && points <= 100)) {
      throw Refusal.usage("--loss wants 0 to 100 points, got " + points);
    }
    if (!(fidelity >= 0 && fidelity <= 1)) {
      throw Refusal.usage("--fidelity wants 0 to 1, got " + fidelity);
    }
    if (!(heldOut > 0 && heldOut < 1)) {
      throw Refusal.usage("--held-out wants a share between 0 and 1, got " + heldOut);
    }
    if (skip.stream().anyMatch(s -> !(s > 0 && s < 100))) {
      throw Refusal.usage("--skip wants percents above 0 and below 100, got " + skip);
    }
    if (evaluations < 1 || images < 1 || threads < 1) {
      throw Refusal.usage("--evaluations, --images and --threads want numbers from 1 on");
    }
    if (threads > 1024) {
      throw Refusal.usage("--threads wants 1 to 1024, got " + threads);
    }
    if (!strategy.equals(Strategies.ALL) && !Strategies.names().contains(strategy)) {
      throw Refusal.usage(
          "--strategy wants one of %s or %s, got %s"
              .formatted(String.join(", ", Strategies.names()), Strategies.ALL, strategy));
    }
    seconds();
    if (backward() == Network.Backward.APPROXIMATE && fidelity == 0) {
      throw Refusal.usage("--explanation approximate wants heat maps, and --fidelity is 0");
    }
    JvmEngine.obstacle()
        .ifPresent(why -> {
          throw new Refusal("approximate wants whyc's own kernels: " + why);
        });
  }

  private List<Double> skips() {
    return skip.stream().distinct().map(s -> s / 100).toList();
  }

  private Network.Backward backward() {
    return switch (explanation) {
      case "exact" -> Network.Backward.EXACT;
      case "approximate" -> Network.Backward.APPROXIMATE;
      default ->
          throw Refusal.usage("--explanation wants exact or approximate, got " + explanation);
    };
  }

  private double seconds() {
    return Times.read(budget)
        .map(Times::seconds)
        .filter(s -> s > 0)
        .orElseThrow(() -> Times.refusal("--budget", "", budget));
  }

  private MultiPod machine() {
    Accelerator named = Shipped.accelerator(accelerator);
    if (named instanceof MultiPod m && Shipped.isApproximate(named)) {
      return m;
    }
    throw new Refusal(
        "--accelerator %s: approximate wants pods whose elements may be approximate, such as xai-gen-8x256"
            .formatted(accelerator));
  }

  private List<Circuit> circuits(MultiPod machine) {
    List<Circuit> circuits =
        multipliers.isEmpty()
            ? machine.approximate().stream().map(Circuit::of).toList()
            : multipliers.stream().map(name -> circuit(machine, name.strip())).toList();
    for (Circuit c : circuits) {
      if (c.unit().delayNanoseconds() > machine.cycleNanoseconds()) {
        throw new Refusal(
            "--multipliers %s: a circuit wants to be done within a cycle of %s, %.3f ns, and takes %.3f ns"
                .formatted(
                    c.name(),
                    machine.name(),
                    machine.cycleNanoseconds(),
                    c.unit().delayNanoseconds()));
      }
    }
    return circuits;
  }

  /** The accelerator's own figures go before the catalogue's. */
  private static Circuit circuit(MultiPod machine, String name) {
    return Refusal.option(
        "--multipliers",
        () -> machine.circuit(name).map(Circuit::of).orElseGet(() -> Circuit.of(name)));
  }

  private DataSet data(Classifier c) throws IOException {
    Preparations preparations = new Preparations(models, c.model().file().metadata(), c.form());
    DataSet data = LabelledImages.read(dataSet, images, preparations, c.form(), c.classes());
    preparations.report(console);
    int most = data.labels().stream().mapToInt(k -> k + 1).max().orElse(0);
    if (data.labels().size() >= c.classes() && 2 * most <= c.classes()) {
      console.warn(
          "%s: of the model's %d classes only the first %d come up: the data may be of another model"
              .formatted(dataSet, c.classes(), most));
    }
    return data;
  }

  private DataSplit split(DataSet all) {
    try {
      return DataSplit.of(all, heldOut);
    } catch (RefusedArgument e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
  }

  private Network.Wanted wanted(Classifier c) {
    Network.Wanted plain = new Network.Wanted(c.model(), c.scored(), c.output(), Optional.empty());
    if (fidelity == 0) {
      return plain;
    }
    Explanation e =
        Methods.named(method)
            .create(c.scored(), plain.question(), Methods.Options.of(Profile.WHYC));
    if (e instanceof whyc.explain.Accumulated) {
      throw Refusal.usage(
          "--method %s: approximate wants a method of one pass, and this one takes many"
              .formatted(method));
    }
    Fidelity rank = new RankCorrelation();
    return new Network.Wanted(
        c.model(), c.scored(), c.output(), Optional.of(new Network.Explains(e, rank, backward())));
  }

  private Path folder() {
    return out.orElseGet(() ->
        Path.of(
            String.valueOf(models.model.getFileName()).replaceFirst("\\.onnx$", "")
                + "-approximate"));
  }

  /** What the measurements of a folder depend on. */
  private String search(Classifier c, MultiPod machine, List<Circuit> circuits, DataSet all)
      throws IOException {
    return "%s %s %08x %d images, %s held out, %s, skipping %s, %s"
        .formatted(
            Sha256.of(models.model),
            c.output(),
            all.fingerprint(),
            all.size(),
            heldOut,
            fidelity == 0 ? "no maps" : method + ", " + explanation + " pass",
            skips(),
            circuits.stream()
                .map(x -> x.function().identity().substring(0, 12))
                .collect(Collectors.joining(" ", machine.exact().circuit() + " ", "")));
  }

  private void warnOfFewImages(Problem p, Budgets budgets) {
    double half = Approximated.resolution(p);
    if (half > budgets.loss()) {
      console.warn(
          String.format(
              Locale.ROOT,
              "%s: %d images held out tell a loss to +- %.2f points (95 %%) at best, so one of %.2f points cannot be told from none",
              dataSet,
              p.heldOutImages(),
              100 * half,
              points));
    }
  }

  private boolean needsScores() {
    return !skip.isEmpty()
        || strategy.equals(Strategies.ALL)
        || strategy.equals(Strategies.ALGORITHM_ONE);
  }

  private LayerScores conductance(Classifier c, DataSet calibration) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < Math.min(EXPLAINED, calibration.size()); i++) {
      Tensor x = c.form().tensor(1, calibration.images().get(i));
      examples.add(new Example(x, calibration.labels().get(i)));
    }
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(threads))) {
      return new Conductance()
          .measure(
              Subject.of(c.model(), c.output()),
              examples,
              engine,
              new Budget(10, Duration.ofHours(1)))
          .overall();
    }
  }

  private String title(Classifier c, Problem p) {
    return "%s on %s, %d images to choose by and %d to report, %s"
        .formatted(
            c.model().file().name(),
            dataSet.getFileName(),
            p.images(),
            p.heldOutImages(),
            p.energies().machine().name());
  }
}
