package whyc.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import whyc.app.image.ColorMap;
import whyc.app.report.Bundle;
import whyc.app.report.HtmlReport;
import whyc.app.report.ImageResult;
import whyc.app.report.Manifest;
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
    PruneOptions pruning,
    Optional<ColorMap> colors,
    List<Path> images,
    Path folder,
    boolean overwrite,
    String title) {

  /** What was done. */
  record Done(Run run, Explained explained) {}

  Done run() throws IOException {
    engines.check();
    methods.check();
    models.check();
    Optional<PruneOptions.Wanted> wanted = pruning.wanted();
    List<Path> files = ImageFiles.of(images);
    try (Bundle bundle = Bundle.create(folder, overwrite)) {
      Feed feed = Feed.of(files);
      CompletableFuture<Engine> starting = CompletableFuture.supplyAsync(engines::create);
      CompletableFuture<String> sha = CompletableFuture.supplyAsync(() -> sha(models.model));
      Classifier classifier = Classifier.read(models.model, models.spatial(), models.output);
      console.reached("model read");
      Labels labels = models.names(classifier);
      List<Wish> wishes = methods.wishes(classifier, labels, false);
      List<String> warnings = new ArrayList<>(methods.withoutEffect(wishes));
      warnings.addAll(pruning.withoutEffect());
      engines.warning().ifPresent(warnings::add);
      labels.mismatch(classifier.classes()).ifPresent(warnings::add);
      warnings.forEach(console::warn);
      classifier.notes().forEach(console::say);
      Preparations preparations =
          new Preparations(models, classifier.model().file().metadata(), classifier.form());
      warnings.addAll(settle(preparations, files));
      try (Engine engine = starting.join();
          Explainer explainer =
              Explainer.of(
                  classifier,
                  wishes,
                  engine,
                  engines.memory(),
                  Feed.mostSamples(files, classifier.form()),
                  wanted.filter(w -> w.at().backward()).map(PruneOptions.Wanted::score));
          Progress progress = Progress.of(console, "explaining", files.size())) {
        explainer.memoryWarning().ifPresent(console::warn);
        console.say(forecast(explainer, engine));
        console.reached("programs compiled");
        Optional<Pruner> pruner = wanted.map(w -> new Pruner(w, explainer));
        pruner.flatMap(Pruner::warning).ifPresent(console::warn);
        Supplier<List<Sample>> read =
            () -> feed.next(explainer.batch(), preparations, classifier.form());
        Deque<List<Sample>> ahead = new ArrayDeque<>();
        pruner.ifPresent(p -> warnings.addAll(calibrated(p, ahead, read)));
        Run run = describe(classifier, labels, preparations, sha.join(), wishes, warnings);
        Writer writer = new Writer(bundle.folder(), run, labels, colors, classifier);
        Explained explained = new Explained(folder);
        Supplier<List<Sample>> next = () -> ahead.isEmpty() ? read.get() : ahead.poll();
        explain(explainer, pruner, next, writer, explained, progress);
        Optional<String> doubt =
            preparations.settled().filter(Preparation::guessed).flatMap(p -> doubt(explained));
        doubt.ifPresent(console::warn);
        Run computed = run.by(explained.engines());
        Run done = doubt.map(computed::noting).orElse(computed);
        Files.writeString(
            bundle.folder().resolve(Bundle.PAGE),
            HtmlReport.of(title, done, explained.shown(), explained.folders().size()));
        bundle.complete();
        console.reached("done");
        return new Done(done, explained);
      }
    }
  }

  /** That a model sees one thing everywhere, as it does in pictures of the wrong range or order. */
  private static Optional<String> doubt(Explained explained) {
    return explained
        .onlyClass()
        .map(c ->
            "all %d images are %s: if they show different things, preprocessing was guessed wrongly"
                .formatted(explained.folders().size(), c));
  }

  private static String forecast(Explainer explainer, Engine engine) {
    return "%s predicted for the process at its peak, %s (%s)"
        .formatted(
            MemoryBudget.megabytes(explainer.peak()),
            explainer.batch() == 1 ? "one image at a time" : explainer.batch() + " images at once",
            engine.name());
  }

  private void explain(
      Explainer explainer,
      Optional<Pruner> pruner,
      Supplier<List<Sample>> next,
      Writer writer,
      Explained explained,
      Progress progress)
      throws IOException {
    Optional<Timing> timing = Optional.empty();
    for (List<Sample> samples = next.get(); !samples.isEmpty(); samples = next.get()) {
      List<Sample> batch = samples;
      Explainer.Answered answered =
          pruner.map(p -> p.run(batch)).orElseGet(() -> explainer.run(batch));
      console.reached("run of " + samples.size());
      if (timing.isEmpty()) {
        timing =
            Optional.of(
                explainer.measure(samples, answered, pruner.map(Pruner::backward).orElse(0.0)));
        console.reached("measured");
      }
      for (int i = 0; i < samples.size(); i++) {
        ImageResult r = writer.write(samples.get(i), answered.images().get(i), timing.get());
        explained.add(r);
        r.methods()
            .forEach(m ->
                m.warnings().forEach(w -> console.warn(r.folder() + ", " + m.folder() + ": " + w)));
      }
      console.reached("written");
      progress.step(samples.size());
    }
  }

  /** Settles how pictures are prepared, if there are any; gives options that have no effect. */
  private List<String> settle(Preparations preparations, List<Path> files) {
    boolean pictures = !files.stream().allMatch(Samples::isTensor);
    if (pictures) {
      preparations.get().report(console);
    }
    List<String> unused = models.withoutEffect(pictures);
    unused.forEach(console::warn);
    return unused;
  }

  /**
   * Chooses the threshold of pruning where one is to be chosen; gives what manifests say of it.
   *
   * @param ahead filled with the images that it was chosen on
   */
  private List<String> calibrated(
      Pruner p, Deque<List<Sample>> ahead, Supplier<List<Sample>> next) {
    if (p.wantsCalibration()) {
      ahead.addAll(first(Calibration.ENOUGH, next));
      console.say(p.calibrate(ahead));
      console.reached("threshold chosen");
    }
    return p.notes();
  }

  /** Batches of at least n images together, where there are as many. */
  private static List<List<Sample>> first(int n, Supplier<List<Sample>> next) {
    List<List<Sample>> batches = new ArrayList<>();
    for (int taken = 0; taken < n; ) {
      List<Sample> batch = next.get();
      if (batch.isEmpty()) {
        break;
      }
      batches.add(batch);
      taken += batch.size();
    }
    return batches;
  }

  private Run describe(
      Classifier c,
      Labels labels,
      Preparations preparations,
      String sha,
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
        List.of(),
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
