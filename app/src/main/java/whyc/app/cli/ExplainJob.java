package whyc.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import whyc.app.image.ColorMap;
import whyc.app.report.Bundle;
import whyc.app.report.HtmlReport;
import whyc.app.report.ImageResult;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.app.report.MethodResult;
import whyc.app.report.Run;
import whyc.app.report.Sha256;
import whyc.app.report.Timing;
import whyc.engine.Engine;

/**
 * From a model and images to a folder of results. Reading, hashing and loading of the engine go on
 * beside each other.
 *
 * @param title what the page is called
 */
record ExplainJob(
    Console console,
    ModelOptions models,
    MethodOptions methods,
    EngineOptions engines,
    Optional<ColorMap> colors,
    List<Path> images,
    Path folder,
    boolean overwrite,
    String title) {

  /** What was done. */
  record Done(Run run, List<ImageResult> images, List<Map<String, Object>> manifests) {}

  Done run() throws IOException {
    engines.check();
    methods.check();
    models.check();
    try (Bundle bundle = Bundle.create(folder, overwrite)) {
      Feed feed = Feed.of(images);
      CompletableFuture<Engine> starting = CompletableFuture.supplyAsync(engines::create);
      CompletableFuture<String> sha = CompletableFuture.supplyAsync(() -> sha(models.model));
      Classifier classifier = Classifier.read(models.model, models.spatial(), models.output);
      console.reached("model read");
      Labels labels = models.names(classifier);
      List<Wish> wishes = methods.wishes(classifier, labels, false);
      List<String> warnings = new ArrayList<>(methods.withoutEffect(wishes));
      engines.warning().ifPresent(warnings::add);
      labels.beyond(classifier.classes()).ifPresent(warnings::add);
      warnings.forEach(console::warn);
      classifier.notes().forEach(console::say);
      Preparations preparations =
          new Preparations(models, classifier.model().file().metadata(), classifier.form());
      try (Engine engine = starting.join();
          Explainer explainer = Explainer.of(classifier, wishes, engine, engines.memory());
          Progress progress = Progress.of(console, "explaining", images.size())) {
        explainer.memoryWarning().ifPresent(console::warn);
        console.reached("programs compiled");
        Writer writer = new Writer(bundle.folder(), labels, colors, classifier);
        List<ImageResult> results =
            explain(explainer, feed, preparations, classifier, writer, progress);
        List<String> unused = models.withoutEffect(preparations.settled().isPresent());
        unused.forEach(console::warn);
        warnings.addAll(unused);
        List<String> computed =
            results.stream()
                .flatMap(r -> r.methods().stream())
                .map(MethodResult::engine)
                .distinct()
                .toList();
        Run run =
            describe(classifier, labels, preparations, sha.join(), computed, wishes, warnings);
        List<Map<String, Object>> manifests = new ArrayList<>();
        for (ImageResult r : results) {
          Map<String, Object> manifest = Manifest.of(run, r);
          manifests.add(manifest);
          Files.writeString(
              bundle.folder().resolve(r.folder()).resolve("manifest.json"), Json.text(manifest));
        }
        Files.writeString(bundle.folder().resolve(Bundle.PAGE), HtmlReport.of(title, run, results));
        bundle.complete();
        console.reached("done");
        return new Done(run, results, manifests);
      }
    }
  }

  private List<ImageResult> explain(
      Explainer explainer,
      Feed feed,
      Preparations preparations,
      Classifier classifier,
      Writer writer,
      Progress progress)
      throws IOException {
    List<ImageResult> results = new ArrayList<>();
    Optional<Timing> timing = Optional.empty();
    while (true) {
      List<Sample> samples = feed.next(explainer.batch(), preparations, classifier.form());
      if (samples.isEmpty()) {
        return results;
      }
      if (results.isEmpty()) {
        preparations.settled().filter(Preparation::guessed).ifPresent(this::sayGuess);
      }
      Explainer.Answered answered = explainer.run(samples);
      console.reached("run of " + samples.size());
      if (timing.isEmpty()) {
        timing = Optional.of(explainer.measure(samples, answered));
        console.reached("measured");
      }
      for (int i = 0; i < samples.size(); i++) {
        ImageResult r = writer.write(samples.get(i), answered.images().get(i), timing.get());
        results.add(r);
        r.methods()
            .forEach(m ->
                m.warnings().forEach(w -> console.warn(r.folder() + ", " + m.folder() + ": " + w)));
      }
      console.reached("written");
      progress.step(samples.size());
    }
  }

  private void sayGuess(Preparation p) {
    console.warn(
        "preprocessing guessed: %s; --input, --mean, --std, --channels say what the model was trained with"
            .formatted(p.describe()));
  }

  private Run describe(
      Classifier c,
      Labels labels,
      Preparations preparations,
      String sha,
      List<String> computed,
      List<Wish> wishes,
      List<String> warnings) {
    Optional<Preparation> p = preparations.settled();
    List<String> notes = new ArrayList<>(c.notes());
    p.filter(Preparation::guessed)
        .ifPresent(g -> notes.add("preprocessing guessed: " + g.describe()));
    if (!labels.source().isEmpty()) {
      notes.add("labels from " + labels.source());
    }
    wishes.stream()
        .map(Wish::profile)
        .filter(name -> !name.equals("whyc"))
        .findFirst()
        .ifPresent(name -> notes.add("profile " + name));
    notes.addAll(warnings);
    return new Run(
        Commands.version(),
        models.model,
        sha,
        c.model().input() + " " + c.form().type(1),
        c.output(),
        p.map(Preparation::describe).orElse("none: prepared tensors were given"),
        p.map(Preparation::tree).orElse(Manifest.tree("source", "tensor")),
        computed,
        engines.threads(),
        notes);
  }

  static String sha(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
