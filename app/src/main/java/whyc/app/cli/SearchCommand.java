package whyc.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import whyc.accelerator.Accelerator;
import whyc.accelerator.AcceleratorException;
import whyc.app.report.Bundle;
import whyc.app.report.Json;
import whyc.app.report.SearchPage;
import whyc.app.report.SearchReport;
import whyc.app.report.Searched;
import whyc.architecture.Arithmetic;
import whyc.architecture.Candidate;
import whyc.architecture.Choice;
import whyc.architecture.Evaluator;
import whyc.architecture.Figures;
import whyc.architecture.Found;
import whyc.architecture.Limits;
import whyc.architecture.Method;
import whyc.architecture.Objective;
import whyc.architecture.Point;
import whyc.architecture.Recipe;
import whyc.architecture.SearchLog;
import whyc.architecture.Searches;
import whyc.architecture.Setting;
import whyc.architecture.Space;
import whyc.architecture.Study;
import whyc.architecture.Torch;
import whyc.architecture.Training;
import whyc.engine.jvm.JvmEngine;
import whyc.refusal.RefusedArgument;

/** {@code whyc search}: networks for a data set and an accelerator. */
@Command(
    name = "search",
    description =
        "Searches for networks that classify a data set with little energy: trains them, gives their layers approximate multipliers, and measures by emulation. Explanations replace most of the search.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SearchCommand extends SpeakingCommand {
  private static final Pattern COUNT = Pattern.compile("\\d{1,6}(?:\\.\\d+)?");

  private static final String LOG = "log.jsonl";
  private static final String DESIGN = "design.json";

  /** Compares the methods that search. */
  private static final String ALL = "all";

  /**
   * Set by a launcher that could fetch PyTorch's library and has not yet: then a search that only
   * wants that ends with {@link #FETCH}.
   */
  private static final String UNFETCHED = "whyc.torch.unfetched";

  /** EX_TEMPFAIL of sysexits.h: what was asked for is right, and may be tried again. */
  private static final int FETCH = 75;

  /** Seconds between lines of progress. */
  private static final double PAUSE = 10;

  @Parameters(
      index = "0",
      paramLabel = "DATASET",
      description =
          "labelled images: a folder with CIFAR-10's batches (.bin or sheets .png) or with MNIST's idx files, one such file, or a folder with labels.tsv")
  private Path dataSet = Path.of("");

  @Option(
      names = "--test",
      paramLabel = "DATASET",
      description =
          "what the front is confirmed on; default the data set's own test part, else a sixth of it")
  private Optional<Path> test = Optional.empty();

  @Option(
      names = "--space",
      paramLabel = "NAME|FILE",
      description =
          "networks to search among: ${COMPLETION-CANDIDATES}, or a JSON file; default ${DEFAULT-VALUE}",
      completionCandidates = Shipped.Spaces.class)
  private String space = "residual";

  @Option(
      names = "--most-multiply-adds",
      paramLabel = "N",
      description = "networks of more work are left out; default what the space says")
  private Optional<Long> work = Optional.empty();

  @Option(
      names = {"-a", "--accelerator"},
      paramLabel = "NAME|FILE",
      description =
          "whose costs count: ${COMPLETION-CANDIDATES}, or a JSON file; default ${DEFAULT-VALUE}",
      completionCandidates = Shipped.Accelerators.class)
  private String accelerator = "xai-gen-8x16";

  @Option(
      names = "--objectives",
      split = ",",
      paramLabel = "LIST",
      description = "what is made better: ${COMPLETION-CANDIDATES}; default accuracy,energy",
      completionCandidates = Shipped.Objectives.class)
  private List<String> objectives = List.of("accuracy", "energy");

  @Option(
      names = "--method",
      split = ",",
      paramLabel = "LIST",
      description = "${COMPLETION-CANDIDATES}, or all to compare; default guided",
      completionCandidates = Shipped.SearchMethods.class)
  private List<String> methods = List.of("guided");

  @Option(
      names = "--budget",
      paramLabel = "TIME|N",
      description = "of each method: 90s, 10m, 2h, or a number of whole trainings; default 10m")
  private String budget = "10m";

  @Option(names = "--steps", paramLabel = "N", description = "of each training; default 300")
  private int steps = 300;

  @Option(names = "--batch", paramLabel = "N", description = "images of a step; default 64")
  private int batch = 64;

  @Option(
      names = "--final-steps",
      paramLabel = "N",
      description = "trains the networks of the front anew for so long; default 0 for not at all")
  private int finalSteps;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "networks of the front that are confirmed and written, at most; default 8")
  private int keep = 8;

  @Option(
      names = "--check",
      paramLabel = "N",
      description =
          "networks that explanations ruled out, trained to the end afterwards to see whether that was right; default 0")
  private int check;

  @Option(
      names = "--no-mirror",
      description = "images are not mirrored in training: for letters and digits")
  private boolean unmirrored;

  @Option(
      names = "--no-inherit",
      description = "every network starts from random weights, not from those of a relative")
  private boolean disinherited;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "of each part of the data set that are read, the first ones; default all")
  private int images = Integer.MAX_VALUE;

  @Option(
      names = "--validation",
      paramLabel = "N",
      description = "images that the search looks at; default 1000")
  private int validation = 1000;

  @Option(names = "--seed", paramLabel = "N", description = "of what is random; default 1")
  private long seed = 1;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "runs each method so often, each time with the next seed; default 1")
  private int seeds = 1;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "that train at once, a thread each; default one for each processor, at most 4")
  private int workers = Math.min(4, Runtime.getRuntime().availableProcessors());

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "folder of the results, and of a search to go on with; default DATASET-search")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  private double spoken = Double.NEGATIVE_INFINITY;

  SearchCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    check();
    Space among = space();
    Accelerator machine = Shipped.accelerator(accelerator);
    Arithmetic arithmetic = Arithmetic.of(machine, among.multipliers());
    List<Objective> wanted = objectives.stream().map(SearchCommand::objective).toList();
    List<Method> asked = methods();
    Path folder = folder();
    SearchFolder.check(folder, LOG, List.of(DESIGN, Bundle.PAGE), Sources.of(spec));
    TrainingPictures pictures =
        TrainingPictures.read(
            new TrainingPictures.Wish(
                dataSet, test, images, validation, among.resolutions().getLast(), seed));
    checkKernels();
    if (Boolean.getBoolean(UNFETCHED)) {
      return FETCH;
    }
    checkTorch();
    Files.createDirectories(folder);
    Setting setting =
        Setting.of(
            pictures.training(),
            pictures.validation(),
            pictures.test(),
            Recipe.of(steps, batch, !unmirrored, seed),
            machine,
            arithmetic,
            wanted.contains(Objective.FAITHFULNESS),
            folder.resolve("checkpoints"));
    console.say(
        "%s: %d images to learn from, %d to look at, %d to test, %d classes; training on %s"
            .formatted(
                dataSet,
                pictures.training().size(),
                pictures.validation().size(),
                pictures.test().size(),
                setting.classes(),
                Torch.device()));
    try (SearchLog log = log(folder, setting);
        Evaluator evaluator = new Evaluator(setting, log, console::warn)) {
      Searches searches = Searches.of(among, evaluator, wanted);
      return searched(searches, asked, folder);
    }
  }

  private Integer searched(Searches searches, List<Method> asked, Path folder) throws IOException {
    List<Found> found = new ArrayList<>();
    String title = "%s, space %s, %s".formatted(dataSet.getFileName(), space, accelerator);
    if (asked.size() > 1) {
      console.say("warming up, so that the first method has no disadvantage");
      searches.warmUp();
    }
    for (Method m : asked) {
      for (int s = 0; s < seeds; s++) {
        found(searches, m, seed + s, asked.size() * seeds == 1).ifPresent(found::add);
      }
    }
    if (found.isEmpty()) {
      throw new Refusal(
          "no method found anything within its budget: a longer --budget, or fewer --steps");
    }
    found.forEach(
        f -> console.say(SearchReport.line(new Searched(title, searches, found, List.of()), f)));
    List<Searched.Confirmed> confirmed = confirmed(searches, found, folder);
    Searched result = new Searched(title, searches, found, confirmed);
    OutputFile.write(
        folder.resolve(DESIGN),
        Json.text(SearchReport.tree(result)).getBytes(StandardCharsets.UTF_8));
    OutputFile.write(
        folder.resolve(Bundle.PAGE), SearchPage.html(result).getBytes(StandardCharsets.UTF_8));
    console.text(SearchReport.text(result));
    console.say(folder + ": design.json, index.html, front");
    return 0;
  }

  /** Beside others, a method that finds nothing is only warned of. */
  private Optional<Found> found(Searches searches, Method m, long ofSeed, boolean alone) {
    spoken = Double.NEGATIVE_INFINITY;
    try {
      return Optional.of(searches.run(m, limits(ofSeed), check, (p, study) -> progress(m, study)));
    } catch (RefusedArgument e) {
      if (alone) {
        throw e;
      }
      console.warn(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Now and then. */
  private void progress(Method m, Study study) {
    List<Point> front = study.front();
    if (study.seconds() < spoken + PAUSE) {
      return;
    }
    spoken = study.seconds();
    Point best =
        front.stream()
            .max(java.util.Comparator.comparingDouble(p -> p.figures().accuracy()))
            .orElseThrow();
    Point least =
        front.stream()
            .min(java.util.Comparator.comparingDouble(p -> p.figures().energyPicojoules()))
            .orElseThrow();
    console.say(
        String.format(
            Locale.ROOT,
            "%s: %.1f trainings, %.0f s, hypervolume %.4f, front of %d: %.1f %% at %.3f uJ to %.1f %% at %.3f uJ",
            m.name(),
            study.trainings(),
            study.seconds(),
            study.hypervolume(),
            front.size(),
            100 * least.figures().accuracy(),
            least.figures().energyPicojoules() * 1e-6,
            100 * best.figures().accuracy(),
            best.figures().energyPicojoules() * 1e-6));
  }

  private List<Searched.Confirmed> confirmed(Searches searches, List<Found> found, Path folder)
      throws IOException {
    List<Point> front = evenly(Searched.front(searches, found));
    if (finalSteps == 0) {
      return confirmed(searches.evaluator(), front, folder);
    }
    Setting searched = searches.evaluator().setting();
    Setting longer =
        searched.withRecipe(
            searched.recipe().withSteps(finalSteps), folder.resolve("checkpoints-final"));
    Path file = folder.resolve("log-final.jsonl");
    try (SearchLog log = SearchLog.open(file, longer.identity());
        Evaluator e = new Evaluator(longer, log, console::warn)) {
      log.damaged().forEach(console::warn);
      return confirmed(e, front, folder);
    }
  }

  /** From the least energy to the most, evenly, both ends included. */
  private List<Point> evenly(List<Point> front) {
    if (front.size() <= keep) {
      return front;
    }
    List<Point> some = new ArrayList<>();
    for (int i = 0; i < keep; i++) {
      int at = keep == 1 ? front.size() - 1 : i * (front.size() - 1) / (keep - 1);
      some.add(front.get(at));
    }
    return some;
  }

  private List<Searched.Confirmed> confirmed(Evaluator e, List<Point> front, Path folder)
      throws IOException {
    List<Searched.Confirmed> all = new ArrayList<>();
    try (Progress progress = Progress.of(console, "confirming", front.size())) {
      for (int i = 0; i < front.size(); i++) {
        all.add(confirmed(e, front.get(i), folder, "front/%02d".formatted(i + 1)));
        progress.step(1);
      }
    }
    return all;
  }

  /** A longer training starts anew: what it inherits would have been trained for less. */
  private Searched.Confirmed confirmed(Evaluator e, Point p, Path folder, String name)
      throws IOException {
    Candidate c =
        finalSteps == 0
            ? p.candidate()
            : new Candidate(Training.fresh(p.candidate().architecture()), p.candidate().choices());
    Figures figures = e.confirm(c).result();
    Path place = folder.resolve(name);
    Map<String, String> facts =
        Map.of(
            ApproximateModel.MULTIPLIERS,
            String.join(" ", c.choices().stream().map(Choice::multiplier).toList()),
            "whyc.test_accuracy",
            String.format(Locale.ROOT, "%.4f", figures.accuracy()));
    boolean onnx =
        e.trained(
            c,
            trained -> {
              OutputFile.write(
                  place.resolve("model.onnx"), trained.onnx(facts).proto().toByteArray());
              return ApproximateModel.write(
                  place.resolve("approximate.onnx"),
                  trained.quantized(),
                  new ApproximateModel.Named("logits", true, trained.onnx(facts).metadata()),
                  console);
            });
    Searched.Confirmed confirmed =
        new Searched.Confirmed(
            new Point(c, p.figures(), p.atSeconds(), p.trainings()), figures, name, onnx);
    OutputFile.write(
        place.resolve(DESIGN),
        Json.text(SearchReport.tree(confirmed)).getBytes(StandardCharsets.UTF_8));
    return confirmed;
  }

  private SearchLog log(Path folder, Setting setting) throws IOException {
    SearchLog log = SearchLog.open(folder.resolve(LOG), setting.identity());
    log.damaged().forEach(console::warn);
    if (log.size() > 0) {
      console.say("%s: goes on with %d results".formatted(folder, log.size()));
    }
    return log;
  }

  private void check() {
    if (steps < 4 || batch < 2 || keep < 1 || seeds < 1 || workers < 1 || validation < 1) {
      throw Refusal.usage(
          "--steps wants 4 at least, --batch 2, --keep, --seeds, --workers and --validation 1");
    }
    if (images < 1 || finalSteps < 0 || check < 0) {
      throw Refusal.usage("--images wants 1 at least, --final-steps and --check 0");
    }
    limits(seed);
    methods();
    objectives.forEach(SearchCommand::objective);
  }

  private static void checkKernels() {
    JvmEngine.obstacle()
        .ifPresent(why -> {
          throw new Refusal("search wants whyc's own kernels: " + why);
        });
  }

  /** After all that needs no training: what is wrong there is wrong on every machine. */
  private static void checkTorch() {
    Torch.obstacle()
        .ifPresent(why -> {
          throw new Refusal("search wants PyTorch to train with: " + why);
        });
  }

  private Limits limits(long ofSeed) {
    Optional<Double> seconds = Times.read(budget).map(Times::seconds);
    if (seconds.isEmpty() && !COUNT.matcher(budget).matches()) {
      throw noBudget();
    }
    double most = seconds.orElseGet(() -> Double.valueOf(budget));
    if (most <= 0) {
      throw noBudget();
    }
    return new Limits(
        seconds.isPresent() ? most : Double.MAX_VALUE,
        seconds.isPresent() ? Double.MAX_VALUE : most,
        workers,
        !disinherited,
        ofSeed);
  }

  private Refusal noBudget() {
    return Times.refusal("--budget", ", or a number of trainings", budget);
  }

  private List<Method> methods() {
    return methods.equals(List.of(ALL))
        ? Method.compared()
        : Refusal.option("--method", () -> methods.stream().map(Method::named).toList());
  }

  private static Objective objective(String name) {
    return Refusal.option("--objectives", () -> Objective.named(name));
  }

  private Space space() {
    try {
      Space known = Space.of(space);
      return work.isPresent() ? known.within(work.get()) : known;
    } catch (AcceleratorException | RefusedArgument e) {
      throw new Refusal("--space " + e.getMessage(), e);
    }
  }

  private Path folder() {
    return out.orElseGet(() ->
        Path.of(String.valueOf(dataSet.toAbsolutePath().normalize().getFileName()) + "-search"));
  }
}
