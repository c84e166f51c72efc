package whyc.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import whyc.accelerator.Accelerator;
import whyc.accelerator.ManyCore;
import whyc.accelerator.ManyCore.NumberFormat;
import whyc.accelerator.MultiPod;
import whyc.accelerator.Systolic;
import whyc.app.report.Json;
import whyc.app.report.SimulationReport;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.heatmap.Pruning;
import whyc.pass.PruneGradients;
import whyc.tensor.Tensor;

/** {@code whyc simulate}: cycles, traffic and energy on an accelerator. */
@Command(
    name = "simulate",
    description =
        "Runs a model and its explanation on an accelerator that exists as a model: computes the numbers as its cores would, and counts cycles, bytes and energy.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimulateCommand extends SpeakingCommand {
  /** Images that scales are chosen by, at most: more take time and change little. */
  private static final int CALIBRATED_BY = 16;

  private static final double PRUNED_BELOW = 0.05;

  @Mixin private ModelOptions models = new ModelOptions();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "images or folders of them to run, one after the other; their zeros decide the cycles")
  private List<Path> images = List.of();

  @Option(
      names = {"-a", "--accelerator"},
      paramLabel = "NAME|FILE",
      description = "${COMPLETION-CANDIDATES}, or a JSON file; default ${DEFAULT-VALUE}",
      completionCandidates = Shipped.Accelerators.class)
  private String accelerator = "epu-28nm";

  @Option(
      names = "--number-format",
      paramLabel = "NAME",
      description =
          "what zero-free cores compute in, in place of what the accelerator's file says: int8, int16, bf16")
  private Optional<String> numbers = Optional.empty();

  @Mixin private MethodOptions methods = new MethodOptions();

  @Option(
      names = "--prune",
      paramLabel = "WHAT",
      description =
          "drops small numbers of every gradient on its way: point (a place with all its channels) or number")
  private Optional<String> prune = Optional.empty();

  @Option(
      names = "--prune-threshold",
      paramLabel = "T",
      description = "share of the largest below which --prune drops, 0 to 1; default 0.05")
  private Optional<Double> threshold = Optional.empty();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "a report with pictures, as HTML")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--overwrite", description = "replaces a file that is there")
  private boolean overwrite;

  @Option(names = "--json", description = "all figures as JSON on standard output")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  SimulateCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    models.check();
    methods.check();
    Optional<PruneGradients> pruning = pruning();
    Optional<NumberFormat> format =
        numbers.map(n -> ModelOptions.oneOf(NumberFormat.class, "--number-format", n));
    List<Path> files = ImageFiles.of(images);
    Feed.checkExist(files);
    Accelerator machine = inFormat(Shipped.accelerator(accelerator), format);
    if (out.isPresent()) {
      List<Path> sources = new ArrayList<>(Sources.of(spec));
      sources.addAll(files);
      OutputFile.check(out.get(), overwrite, sources);
    }
    Classifier classifier = Classifier.read(models.model, models.spatial(), models.output);
    classifier.notes().forEach(console::say);
    Labels labels = models.names(classifier);
    List<Wish> wishes = methods.wishes(classifier, labels, false);
    methods.withoutEffect(wishes).forEach(console::warn);
    labels.mismatch(classifier.classes()).ifPresent(console::warn);
    Graph whole = program(classifier, wishes);
    Graph graph = pruning.map(p -> p.apply(whole)).orElse(whole);
    List<Map<String, Tensor>> inputs = inputs(classifier, files);
    Collection<String> predictions = classifier.scored().outputs().keySet();
    String title = title(machine, classifier, wishes);
    SimulationReport report =
        switch (machine) {
          case ManyCore m -> manyCore(m, title, graph, whole, predictions, wishes, inputs);
          case Systolic s -> SimulationReport.of(s, title, graph, predictions);
          case MultiPod p -> SimulationReport.of(p, title, graph, predictions);
        };
    if (out.isPresent()) {
      OutputFile.write(out.get(), report.html().getBytes(StandardCharsets.UTF_8));
      console.say(out.get() + ": the report");
    }
    report.warnings().forEach(console::warn);
    console.text(json ? Json.text(report.tree()) : report.text());
    return 0;
  }

  private Accelerator inFormat(Accelerator machine, Optional<NumberFormat> format) {
    if (format.isEmpty()) {
      return machine;
    }
    if (!(machine instanceof ManyCore m)) {
      console.warn(
          "--number-format has no effect: it is for zero-free cores, and %s has none"
              .formatted(machine.name()));
      return machine;
    }
    if (m.format() != format.get()) {
      console.warn(
          "%s states what a product takes in %s, in energy and area: counted alike in %s"
              .formatted(m.name(), written(m.format()), written(format.get())));
    }
    return m.with(format.get());
  }

  private static String written(NumberFormat f) {
    return f.name().toLowerCase(Locale.ROOT);
  }

  private Optional<PruneGradients> pruning() {
    double share = threshold.orElse(PRUNED_BELOW);
    if (!(share >= 0 && share <= 1)) {
      throw Refusal.usage("--prune-threshold wants 0 to 1, got " + share);
    }
    if (prune.isEmpty() && threshold.isPresent()) {
      console.warn("--prune-threshold has no effect: it is for --prune, which was not asked for");
    }
    return prune
        .map(p -> ModelOptions.oneOf(Pruning.Score.class, "--prune", p))
        .map(score -> new PruneGradients(score, share));
  }

  private SimulationReport manyCore(
      ManyCore machine,
      String title,
      Graph graph,
      Graph whole,
      Collection<String> predictions,
      List<Wish> wishes,
      List<Map<String, Tensor>> inputs) {
    List<Map<String, Tensor>> some = inputs.subList(0, Math.min(CALIBRATED_BY, inputs.size()));
    ManyCoreRun run = ManyCoreRun.prepare(machine, graph, whole, predictions, names(wishes), some);
    try (Progress progress = Progress.of(console, "simulating", inputs.size())) {
      for (Map<String, Tensor> image : inputs) {
        run.add(image);
        progress.step(1);
      }
    }
    return SimulationReport.of(title, run.outcome());
  }

  /** What attributions are called: among the program's outputs, and for people. */
  private static SequencedMap<String, String> names(List<Wish> wishes) {
    SequencedMap<String, String> names = new LinkedHashMap<>();
    wishes.forEach(w -> names.put(w.answer().name(), w.method() + " of " + w.asked()));
    return names;
  }

  private static Graph program(Classifier c, List<Wish> wishes) {
    for (Wish w : wishes) {
      if (w.answer().explanation() instanceof Accumulated) {
        throw new Refusal(
            "%s: simulate wants methods of one pass; %s takes many, each of which costs what saliency does"
                .formatted(c.model().file().name(), w.method()));
      }
    }
    List<Asked> asked = wishes.stream().map(Wish::answer).toList();
    Graph explained = Asked.all(c.scored(), asked);
    return c.model().dynamicBatch() ? explained.withBatch(1) : explained;
  }

  private List<Map<String, Tensor>> inputs(Classifier c, List<Path> files) {
    Preparations preparations = new Preparations(models, c.model().file().metadata(), c.form());
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (Sample s : Feed.of(files).samples(preparations, c.form())) {
      Tensor image = c.form().tensor(1, s.values().floats());
      inputs.add(Map.of(c.model().input(), image));
    }
    preparations.report(console);
    models.withoutEffect(preparations.settled().isPresent()).forEach(console::warn);
    return inputs;
  }

  private String title(Accelerator machine, Classifier c, List<Wish> wishes) {
    return "%s, %s, on %s"
        .formatted(
            c.model().file().name(),
            String.join(
                ", ",
                wishes.stream()
                    .map(w ->
                        w.method()
                            + w.layer().map(l -> " at " + l.name()).orElse("")
                            + " of "
                            + w.asked())
                    .toList()),
            machine.name());
  }
}
