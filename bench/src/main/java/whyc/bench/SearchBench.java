package whyc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Methods of {@code whyc search} beside each other, each with the same time: how much of the
 * worth-while each covers, how much sooner ours gets there, the least energy near the best
 * accuracy, what predictors are worth, and the front on all test images.
 *
 * @param launcher the whyc script
 * @param folder where searches are kept, to go on with what is there; absent for a temporary one
 */
record SearchBench(Path launcher, Optional<Path> folder, PrintStream out) {
  /** Where Debian's package dataset-fashion-mnist puts its files. */
  static final Path FASHION = Path.of("/usr/share/datasets/fashion-mnist");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How much is done.
   *
   * @param budget of each method and seed, as the command line takes it
   * @param networks that predictors are compared on
   */
  record Size(String budget, int seeds, int steps, int networks, int finalSteps) {}

  void run(Path data, Size size) {
    if (!Files.exists(data)) {
      out.println(
          "search: skipped, no " + data + " (Debian package dataset-fashion-mnist; --search-data)");
      return;
    }
    try {
      Path place = folder.isPresent() ? folder.get() : Files.createTempDirectory("whyc-search");
      Files.createDirectories(place);
      Path space = place.resolve("space.json");
      try (InputStream in = SearchBench.class.getResourceAsStream("/search-space.json")) {
        Files.write(space, Objects.requireNonNull(in).readAllBytes());
      }
      methods(search(data, space, place.resolve("methods"), size, "all", size.budget()), size);
      String networks = String.valueOf(size.networks());
      predictors(search(data, space, place.resolve("predictors"), size, "predictors", networks));
      if (folder.isEmpty()) {
        Launcher.delete(place);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode search(Path data, Path space, Path to, Size size, String method, String budget)
      throws IOException {
    boolean compares = method.equals("all");
    Launcher.run(
        launcher,
        "search",
        data.toString(),
        "--space",
        space.toString(),
        "--method",
        method,
        "--budget",
        budget,
        "--seeds",
        String.valueOf(compares ? size.seeds() : 1),
        "--steps",
        String.valueOf(size.steps()),
        "--final-steps",
        String.valueOf(compares ? size.finalSteps() : 0),
        "--keep",
        compares ? "8" : "1",
        "--check",
        "4",
        "--validation",
        "500",
        "-o",
        to.toString());
    return JSON.readTree(Files.readString(to.resolve("design.json")));
  }

  private void methods(JsonNode design, Size size) {
    out.printf(
        "## Methods%n%n%s for each method and seed, %d seed%s, %d steps a training%n%n",
        size.budget(), size.seeds(), size.seeds() == 1 ? "" : "s", size.steps());
    Map<String, List<JsonNode>> byMethod = new LinkedHashMap<>();
    for (JsonNode m : design.required("methods")) {
      byMethod.computeIfAbsent(m.required("method").stringValue(), k -> new ArrayList<>()).add(m);
    }
    List<JsonNode> ours = byMethod.values().iterator().next();
    header(
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
    header("network", "accuracy, %", "exact in bytes, %", "energy, uJ", "validation, %");
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
    header("predictor", "rank correlation");
    run.required("correlations")
        .properties()
        .forEach(
            e -> row(e.getKey(), String.format(Locale.ROOT, "%.3f", e.getValue().doubleValue())));
  }

  private void header(String... names) {
    out.println("| " + String.join(" | ", names) + " |");
    out.println("|" + "---|".repeat(names.length));
  }

  private void row(String... cells) {
    out.println("| " + String.join(" | ", cells) + " |");
  }
}
