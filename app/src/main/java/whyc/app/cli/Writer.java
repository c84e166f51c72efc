package whyc.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.app.image.Caption;
import whyc.app.image.ColorMap;
import whyc.app.image.HeatMap;
import whyc.app.image.HeatmapPainter;
import whyc.app.image.Picture;
import whyc.app.image.PngWriter;
import whyc.app.image.Reduction;
import whyc.app.report.Bundle;
import whyc.app.report.ImageResult;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.app.report.MethodResult;
import whyc.app.report.Ranked;
import whyc.app.report.Run;
import whyc.app.report.Sha256;
import whyc.app.report.Timing;
import whyc.explain.Profile;
import whyc.graph.Builder;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Writes the files of one image after the other. */
final class Writer {
  private static final int TOP = 5;
  private static final double ALPHA = 0.5;

  /** Gradients: their size is looked at, not their sign. */
  private static final Set<String> MAGNITUDES =
      Set.of("saliency", "guided", "deconvnet", "smoothgrad", "guidedgradcam");

  private final Path folder;
  private final Run run;
  private final Labels labels;
  private final Optional<ColorMap> colors;
  private final Classifier classifier;
  private final Set<String> taken = new HashSet<>(Bundle.RESERVED);

  /**
   * A writer.
   *
   * @param run what all images have in common
   */
  Writer(Path folder, Run run, Labels labels, Optional<ColorMap> colors, Classifier classifier) {
    this.folder = folder;
    this.run = run;
    this.labels = labels;
    this.colors = colors;
    this.classifier = classifier;
  }

  ImageResult write(Sample sample, Explainer.Answers answers, Timing timing) throws IOException {
    String name = name(sample);
    Path own = folder.resolve(name);
    Files.createDirectory(own);
    double[] probabilities = Probabilities.of(classifier, answers);
    HeatmapPainter painter = HeatmapPainter.of(sample.picture(), sample.placement());
    boolean several = answers.answers().stream().map(Answer::classIndex).distinct().count() > 1;
    List<MethodResult> results = new ArrayList<>();
    Set<String> written = new HashSet<>();
    for (Answer a : answers.answers()) {
      String sub = several ? a.wish().method() + "@" + a.classIndex() : a.wish().method();
      if (written.add(sub)) {
        results.add(write(own, sub, a, probabilities, painter, timing, answers));
      }
    }
    ImageResult result =
        new ImageResult(
            name,
            sample.file(),
            Sha256.of(sample.file()),
            sample.sample(),
            sample.format(),
            sample.notes(),
            top(answers.scores().floats(), probabilities),
            results,
            timing);
    Files.writeString(own.resolve(Bundle.MANIFEST), Json.text(Manifest.of(run, result)));
    return result;
  }

  private MethodResult write(
      Path own,
      String sub,
      Answer a,
      double[] probabilities,
      HeatmapPainter painter,
      Timing timing,
      Explainer.Answers answers)
      throws IOException {
    Path at = own.resolve(sub);
    Files.createDirectory(at);
    HeatMap raw = map(a);
    Optional<Tensor> profiled = profiled(a);
    HeatMap map = profiled.map(t -> drawn(t).of(raw)).orElse(raw);
    ColorMap chosen = ColorMap.choose(map.scale(), colors);
    Ranked ranked = ranked(a.classIndex(), a.score(), probabilities);
    Caption caption =
        Caption.of(
            ranked.label(),
            ranked.logit(),
            ranked.probability(),
            a.wish().method(),
            a.wish().layer().map(MethodResult.LayerChoice::name).orElse(""),
            a.wish().profile().equals("whyc") ? "" : a.wish().profile());
    Files.write(at.resolve("attribution.npy"), Npy.write(a.values()));
    if (profiled.isPresent()) {
      Files.write(at.resolve("heatmap.npy"), Npy.write(profiled.get()));
    }
    CompletableFuture<Void> heatmap =
        CompletableFuture.runAsync(
            () -> paint(at.resolve("heatmap.png"), painter.heatmap(map, chosen, caption)));
    paint(at.resolve("overlay.png"), painter.overlay(map, chosen, caption, ALPHA));
    heatmap.join();
    DoubleSummaryStatistics values = Arrays.stream(a.values().doubles()).summaryStatistics();
    return new MethodResult(
        sub,
        a.wish().method(),
        a.wish().asked(),
        ranked,
        a.wish().layer(),
        a.wish().profile(),
        a.wish().seed(),
        a.parameters(),
        a.values().shape().dims(),
        values.getMin(),
        values.getMax(),
        new MethodResult.Range(chosen.toString(), map.isConstant(), map.low(), map.high()),
        a.checks(),
        a.milliseconds().orElse(timing.explanation()),
        a.milliseconds().isPresent(),
        a.milliseconds().isPresent() ? List.of(a.wish().method()) : inOnePass(answers),
        a.engine(),
        a.pruned(),
        Stream.concat(
                warnings(a, raw).stream(), a.pruned().stream().flatMap(p -> p.warnings().stream()))
            .toList());
  }

  private static void paint(Path file, Picture picture) {
    try {
      PngWriter.write(file, picture);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> inOnePass(Explainer.Answers answers) {
    return answers.answers().stream()
        .filter(a -> a.milliseconds().isEmpty())
        .map(a -> a.wish().method())
        .distinct()
        .toList();
  }

  /** What keeps a map from saying anything. */
  private static List<String> warnings(Answer a, HeatMap map) {
    if (!map.isConstant()) {
      return List.of();
    }
    if (map.maximum() != 0 || map.minimum() != 0) {
      return List.of("the map is constant, so it says nothing about places");
    }
    boolean cut = !a.wish().answer().explanation().isSigned();
    return List.of(
        cut
            ? "the map is zero everywhere: nothing in this layer speaks for the class"
            : "the attribution is zero everywhere: the score does not depend on the image here");
  }

  private static HeatMap map(Answer a) {
    Shape shape = a.values().shape();
    float[] values = a.values().floats();
    if (shape.rank() == 3) {
      Reduction reduction =
          MAGNITUDES.contains(a.wish().method()) || !a.wish().answer().explanation().isSigned()
              ? Reduction.ABSOLUTE_SUM
              : Reduction.SIGNED_SUM;
      return reduction.apply(values, shape.dim(0), shape.dim(1), shape.dim(2));
    }
    HeatMap.Scale scale =
        a.wish().answer().explanation().isSigned()
            ? HeatMap.Scale.SYMMETRIC
            : HeatMap.Scale.ZERO_MAX;
    return HeatMap.of(values, shape.dim(0), shape.dim(1), scale);
  }

  /** A layer's map as a peer's profile finishes it, [h,w] of the input; our own is the raw map. */
  private Optional<Tensor> profiled(Answer a) {
    Profile profile = Profile.named(a.wish().profile());
    if (profile.equals(Profile.WHYC) || a.wish().answer().explanation().isInInputSpace()) {
      return Optional.empty();
    }
    Shape layer = a.values().shape();
    Tensor map = a.values().reshape(Shape.of(1, 1, layer.dim(0), layer.dim(1)));
    Builder b = new Builder();
    Value value = b.emit(new Input("map", map.type()), List.of());
    int height = classifier.form().height();
    int width = classifier.form().width();
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("heatmap", profile.heatmap(b, value, height, width));
    Tensor finished =
        Interpreter.run(b.finish(outputs), Map.of("map", map)).firstEntry().getValue();
    return Optional.of(finished.reshape(Shape.of(height, width)));
  }

  private static HeatMap drawn(Tensor map) {
    boolean signed = Arrays.stream(map.doubles()).min().orElse(0) < 0;
    HeatMap.Scale scale = signed ? HeatMap.Scale.SYMMETRIC : HeatMap.Scale.ZERO_MAX;
    return HeatMap.of(map.floats(), map.shape().dim(0), map.shape().dim(1), scale);
  }

  private Ranked ranked(int index, double logit, double[] probabilities) {
    return new Ranked(
        index,
        labels.of(index),
        logit,
        probabilities.length == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(probabilities[index]));
  }

  private List<Ranked> top(float[] scores, double[] probabilities) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted((i, j) -> Float.compare(scores[j], scores[i]))
        .limit(TOP)
        .map(i -> ranked(i, scores[i], probabilities))
        .toList();
  }

  /** The file's name without its extension; with a number where that is taken. */
  private String name(Sample sample) {
    String file = String.valueOf(sample.file().getFileName());
    int dot = file.lastIndexOf('.');
    String stem = dot > 0 ? file.substring(0, dot) : file;
    String name = sample.sample().isPresent() ? stem + "_" + sample.sample().getAsInt() : stem;
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      free = name + "-" + i;
    }
    return free;
  }
}
