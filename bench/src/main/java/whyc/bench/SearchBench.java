package whyc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import whyc.files.TemporaryFolder;
import whyc.refusal.RefusedArgument;

/**
 * Methods of {@code whyc search} beside each other, each with the same time: how much of the
 * worth-while each covers, how much sooner ours gets there, the least energy near the best
 * accuracy, what predictors are worth, and the front on all test images.
 */
@Command(
    name = "search",
    description = "Compares methods of whyc search, and what predictors of accuracy are worth.")
final class SearchBench extends Figure {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--dataset",
      paramLabel = "DIR",
      description =
          "images, as whyc search takes them; default ${DEFAULT-VALUE}, where Debian's dataset-fashion-mnist has them")
  private Path dataset = Path.of("/usr/share/datasets/fashion-mnist");

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description = "of each method and seed: a time, or trainings; default ${DEFAULT-VALUE}")
  private String budget = "90s";

  @Option(names = "--seeds", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  private int seeds = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "of each training; default ${DEFAULT-VALUE}")
  private int steps = 100;

  @Option(
      names = "--networks",
      paramLabel = "N",
      description = "that predictors are compared on; default ${DEFAULT-VALUE}")
  private int networks = 8;

  @Option(
      names = "--final-steps",
      paramLabel = "N",
      description = "trains the front anew for so long; default ${DEFAULT-VALUE} for not at all")
  private int finalSteps;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "keeps what was done, and goes on with it; default: a temporary one")
  private Optional<Path> folder = Optional.empty();

  @Mixin private Launcher whyc = new Launcher();

  SearchBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    if (!Files.exists(dataset)) {
      throw new RefusedArgument(
          "--dataset must be a folder of images, got %s, which is not there (Debian's package dataset-fashion-mnist has such)"
              .formatted(dataset));
    }
    if (folder.isPresent()) {
      measure(Files.createDirectories(folder.get()));
    } else {
      try (TemporaryFolder place = TemporaryFolder.create("whyc-search")) {
        measure(place.path());
      }
    }
  }

  private void measure(Path place) throws IOException {
    Path space = place.resolve("space.json");
    try (InputStream in = SearchBench.class.getResourceAsStream("/search-space.json")) {
      Files.write(space, Objects.requireNonNull(in).readAllBytes());
    }
    methods(search(space, place.resolve("methods"), "all", budget, seeds, finalSteps, 8));
    String trainings = String.valueOf(networks);
    predictors(search(space, place.resolve("predictors"), "predictors", trainings, 1, 0, 1));
  }

  private JsonNode search(
      Path space, Path to, String method, String much, int times, int last, int keep)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("search", dataset.toString()));
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("--space", space);
    options.put("--method", method);
    options.put("--budget", much);
    options.put("--seeds", times);
    options.put("--steps", steps);
    options.put("--final-steps", last);
    options.put("--keep", keep);
    options.put("--check", 4);
    options.put("--validation", 500);
    options.put("-o", to);
    options.forEach((name, value) -> command.addAll(List.of(name, String.valueOf(value))));
    whyc.run(command.toArray(String[]::new));
    return JSON.readTree(Files.readString(to.resolve("design.json")));
  }

  private void methods(JsonNode design) {
    out.printf(
        "## Methods%n%n%s for each method and seed, %d seed%s, %d steps a training%n%n",
        budget, seeds, seeds == 1 ? "" : "s", steps);
    Map<String, List<JsonNode>> byMethod = new LinkedHashMap<>();
    for (JsonNode m : design.required("methods")) {
      byMethod.computeIfAbsent(m.required("method").stringValue(), k -> new ArrayList<>()).add(m);
    }
    List<JsonNode> ours = byMethod.values().iterator().next();
    head(
        "method",
        "hypervolume",
        "trainings",
        "networks measured",
        "times sooner ours reached its end",
        "least energy near the best, uJ");
    byMethod.forEach((name, runs) ->
        row(
            name,
            spread(runs.stream().map(r -> figure(r, "hypervolume")).toList(), "%.4f"),
            spread(runs.stream().map(r -> figure(r, "trainings")).toList(), "%.1f"),
            spread(runs.stream().map(r -> figure(r, "networks")).toList(), "%.0f"),
            runs.equals(ours) ? "" : sooner(ours, runs),
            thriftiest(runs)));
    out.println();
    ruledOut(ours);
    front(design);
  }

  private static double figure(JsonNode run, String name) {
    return run.required(name).doubleValue();
  }

  /** Seed by seed; what covered nothing is reached at once, and says nothing. */
  private static String sooner(List<JsonNode> ours, List<JsonNode> others) {
    List<Double> ratios = new ArrayList<>();
    int never = 0;
    for (int i = 0; i < others.size(); i++) {
      double wanted = figure(others.get(i), "hypervolume");
      if (wanted == 0 || i >= ours.size()) {
        continue;
      }
      Optional<Double> at = Optional.empty();
      for (JsonNode step : ours.get(i).required("hypervolume_by_seconds")) {
        if (at.isEmpty() && step.get(1).doubleValue() >= wanted) {
          at = Optional.of(step.get(0).doubleValue());
        }
      }
      double seconds = figure(others.get(i), "seconds");
      at.ifPresent(reached -> ratios.add(seconds / reached));
      never += at.isEmpty() ? 1 : 0;
    }
    return (ratios.isEmpty() ? "" : spread(ratios, "%.1f"))
        + (never == 0 ? "" : (ratios.isEmpty() ? "" : ", ") + "never in %d".formatted(never));
  }

  private static String thriftiest(List<JsonNode> runs) {
    List<Double> energies =
        runs.stream()
            .filter(r -> r.has("thriftiest"))
            .map(r -> figure(r.required("thriftiest"), "energy_pj") * 1e-6)
            .toList();
    return energies.isEmpty() ? "none" : spread(energies, "%.3f");
  }

  /** Mean, and from where to where. */
  private static String spread(List<Double> values, String format) {
    double mean = values.stream().mapToDouble(v -> v).average().orElse(0);
    double least = values.stream().mapToDouble(v -> v).min().orElse(0);
    double most = values.stream().mapToDouble(v -> v).max().orElse(0);
    String text = String.format(Locale.ROOT, format, mean);
    return values.size() == 1
        ? text
        : text + String.format(Locale.ROOT, " (" + format + " to " + format + ")", least, most);
  }

  private void ruledOut(List<JsonNode> ours) {
    int all = 0;
    int looked = 0;
    int right = 0;
    for (JsonNode run : ours) {
      for (JsonNode r : run.required("ruled_out")) {
        all++;
        looked += r.has("right") ? 1 : 0;
        right += r.path("right").asBoolean(false) ? 1 : 0;
      }
    }
    out.printf(
        "Explanations ruled out %d networks after a quarter of the training; of %d that were trained to the end to see, %d bettered no front.%n%n",
        all, looked, right);
  }

  private void front(JsonNode design) {
    out.printf("## The front of all, by emulation on all test images%n%n");
    head("network", "accuracy, %", "exact in bytes, %", "energy, uJ", "validation, %");
    for (JsonNode c : design.required("front")) {
      JsonNode test = c.required("test");
      row(
          c.required("folder").stringValue(),
          String.format(Locale.ROOT, "%.2f", 100 * figure(test, "accuracy")),
          String.format(Locale.ROOT, "%.2f", 100 * figure(test, "exact_accuracy")),
          String.format(Locale.ROOT, "%.3f", 1e-6 * figure(test, "energy_pj")),
          String.format(Locale.ROOT, "%.2f", 100 * figure(c.required("validation"), "accuracy")));
    }
    out.println();
  }

  private void predictors(JsonNode design) {
    JsonNode run = design.required("methods").get(0);
    out.printf(
        "## Predictors%n%nrank correlation with the accuracy at the end, %.0f networks drawn at random, none inherited%n%n",
        figure(run, "trainings"));
    head("predictor", "rank correlation");
    run.required("correlations")
        .properties()
        .forEach(
            e -> row(e.getKey(), String.format(Locale.ROOT, "%.3f", e.getValue().doubleValue())));
  }
}
