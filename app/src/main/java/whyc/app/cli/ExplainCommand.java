package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import whyc.app.image.ColorMap;
import whyc.app.image.PictureReader;
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

/** {@code whyc explain}: prediction, attribution, pictures. */
@Command(
    name = "explain",
    description = "Says what a model sees in images, and where.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExplainCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelOptions models = new ModelOptions();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "PNG, JPEG, WebP, BMP, GIF, or .npy with the prepared tensor [N,C,H,W] or [C,H,W]")
  private List<Path> images = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "folder for the results; default whyc-out, or whyc-out-2 ... where that is taken")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--overwrite", description = "replaces a folder of earlier results")
  private boolean overwrite;

  @Mixin private MethodOptions methods = new MethodOptions();

  @Option(
      names = "--colormap",
      paramLabel = "NAME",
      description =
          "viridis, inferno, jet or diverging; default viridis, and diverging for signed maps")
  private Optional<String> colormap = Optional.empty();

  @Mixin private EngineOptions engines = new EngineOptions();

  @Option(names = "--json", description = "the manifests as one JSON text on standard output")
  private boolean json;

  @Mixin private CommonOptions common;

  ExplainCommand(Console console) {
    this.console = console;
    this.common = new CommonOptions(console);
  }

  @Override
  public Integer call() throws IOException {
    Path folder =
        out.orElseGet(() -> overwrite ? Path.of("whyc-out") : Bundle.free(Path.of("whyc-out")));
    Optional<ColorMap> colors = colormap.map(ColorMap::named);
    try (Bundle bundle = Bundle.create(folder, overwrite);
        Engine engine = engines.create()) {
      CompletableFuture<PictureReader.Reading> first = first();
      CompletableFuture<String> sha = later(() -> Sha256.of(models.model));
      Classifier classifier = Classifier.read(models.model, models.spatial(), models.output);
      Labels labels =
          models
              .labels
              .map(Labels::read)
              .or(() -> Labels.of(classifier.model().file().metadata()))
              .orElse(Labels.none());
      List<Wish> wishes = methods.wishes(classifier, labels);
      Preparation preparation =
          Preparation.of(models, classifier.model().file().metadata(), classifier.form());
      List<ImageResult> results = new ArrayList<>();
      try (Explainer explainer = Explainer.of(classifier, wishes, engine)) {
        Writer writer = new Writer(bundle.folder(), labels, colors, classifier);
        Optional<Timing> timing = Optional.empty();
        for (Path image : images) {
          PictureReader.Reading reading =
              results.isEmpty() ? first.join() : PictureReader.read(image);
          Sample sample = Samples.of(image, reading, preparation.preprocessing());
          Explainer.Answers answers = explainer.run(List.of(sample)).getFirst();
          if (timing.isEmpty()) {
            timing = Optional.of(explainer.measure(List.of(sample)));
          }
          results.add(writer.write(sample, answers, timing.get()));
        }
      }
      Run run =
          new Run(
              Commands.version(),
              models.model,
              sha.join(),
              classifier.model().input() + " " + classifier.form().type(1),
              classifier.output(),
              preparation.tree(),
              engine.name(),
              engines.threads(),
              classifier.notes());
      List<Map<String, Object>> manifests = new ArrayList<>();
      for (ImageResult r : results) {
        Map<String, Object> manifest = Manifest.of(run, r);
        manifests.add(manifest);
        Files.writeString(
            bundle.folder().resolve(r.folder()).resolve("manifest.json"), Json.text(manifest));
      }
      Files.writeString(bundle.folder().resolve(Bundle.PAGE), HtmlReport.of(run, results));
      bundle.complete();
      if (json) {
        console.text(Json.text(Manifest.tree("folder", folder, "images", manifests)));
      } else {
        results.forEach(r -> print(r, folder));
        console.result(folder.resolve(Bundle.PAGE).toString());
      }
    }
    return 0;
  }

  private CompletableFuture<PictureReader.Reading> first() {
    Path file = images.getFirst();
    return later(() -> PictureReader.read(file));
  }

  private interface Work<T> {
    T get() throws IOException;
  }

  private static <T> CompletableFuture<T> later(Work<T> work) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return work.get();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }

  private void print(ImageResult r, Path folder) {
    console.result(r.folder() + ": " + r.top().getFirst());
    for (MethodResult m : r.methods()) {
      console.result(
          "  "
              + m.method()
              + " "
              + m.answer()
              + " "
              + m.layer()
              + " "
              + folder.resolve(r.folder()).resolve(m.folder()));
    }
  }
}
