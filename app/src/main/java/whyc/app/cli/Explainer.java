package whyc.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whyc.app.report.Timing;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.explain.Accumulated;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A model compiled with all that is asked of it: methods of one pass together in one program,
 * methods of many points in runs that fit into memory, and the plain model beside them to compare
 * with.
 */
final class Explainer implements AutoCloseable {
  /** Images at once: more is not faster on a few cores, and holds more memory. */
  private static final int MOST_AT_ONCE = 8;

  /**
   * Files of this size are compiled program after program: side by side they would hold twice what
   * one takes while it is prepared, or not, as it happens.
   */
  private static final long LARGE_FILE = 8L << 20;

  private final Classifier classifier;
  private final List<Wish> wishes;
  private final PlainModel plain;
  private final OnePass onePass;
  private final Map<Wish, ManyPoints> manyPoints;
  private final Fit fit;
  private final Optional<String> memoryWarning;

  /**
   * What runs at once.
   *
   * @param images as many as fit
   * @param peak what the process is predicted to hold with them at most, in bytes
   */
  private record Fit(int images, long peak) {}

  private Explainer(
      Classifier classifier,
      List<Wish> wishes,
      PlainModel plain,
      OnePass onePass,
      Map<Wish, ManyPoints> manyPoints,
      Fit fit,
      Optional<String> memoryWarning) {
    this.classifier = classifier;
    this.wishes = wishes;
    this.plain = plain;
    this.onePass = onePass;
    this.manyPoints = manyPoints;
    this.fit = fit;
    this.memoryWarning = memoryWarning;
  }

  /** Compiles, unless the memory that was asked for does not suffice. */
  static Explainer of(
      Classifier classifier, List<Wish> wishes, Engine engine, MemoryBudget memory) {
    return of(classifier, wishes, engine, memory, Integer.MAX_VALUE, Optional.empty());
  }

  /**
   * The same, with gradients that can be pruned.
   *
   * @param images that there are at most
   * @param pruning what of gradients is dropped together; absent where they stay whole
   */
  static Explainer of(
      Classifier classifier,
      List<Wish> wishes,
      Engine engine,
      MemoryBudget memory,
      int images,
      Optional<Score> pruning) {
    OnePass.Plan inOnePass = OnePass.Plan.of(classifier, wishes, pruning);
    List<Graph> held = new ArrayList<>(List.of(classifier.scored()));
    held.addAll(inOnePass.held());
    List<ManyPoints.Plan> runs = new ArrayList<>();
    for (Wish w : wishes) {
      if (w.answer().explanation() instanceof Accumulated a) {
        runs.add(ManyPoints.Plan.of(classifier, w, a, engine, held, memory.bytes()));
        held.add(runs.getLast().runs().program());
      }
    }
    long peak = engine.predictMemory(classifier.model(), held, 1).peak();
    Optional<String> warning = memory.check(classifier.model().file().name(), peak);
    Fit fit = fit(classifier, held, engine, memory.bytes(), images, peak);
    CompletableFuture<Program> beside = plain(classifier, engine);
    Optional<Program> explaining = inOnePass.compile(engine, classifier);
    PlainModel plain = new PlainModel(classifier, beside.join());
    OnePass onePass =
        new OnePass(classifier, inOnePass, explaining.orElse(plain.program()), engine);
    if (images < Integer.MAX_VALUE) {
      onePass.expect(Math.ceilDiv(images, fit.images()));
    }
    SequencedMap<Wish, ManyPoints> manyPoints = new LinkedHashMap<>();
    runs.forEach(r -> manyPoints.put(r.wish(), r.compile(engine, classifier)));
    return new Explainer(classifier, wishes, plain, onePass, manyPoints, fit, warning);
  }

  private static CompletableFuture<Program> plain(Classifier c, Engine engine) {
    Supplier<Program> compiled = () -> engine.compile(c.model(), c.scored());
    return c.model().file().proto().getSerializedSize() < LARGE_FILE
        ? CompletableFuture.supplyAsync(compiled)
        : CompletableFuture.completedFuture(compiled.get());
  }

  /**
   * As many images as fit.
   *
   * @param ofOne what is held with one, which may be more than there should be
   */
  private static Fit fit(
      Classifier c, List<Graph> programs, Engine engine, long memory, int images, long ofOne) {
    int most = c.model().dynamicBatch() ? Math.min(images, MOST_AT_ONCE) : 1;
    for (int n = most; n > 1; n /= 2) {
      long peak = engine.predictMemory(c.model(), programs, n).peak();
      if (peak <= memory) {
        return new Fit(n, peak);
      }
    }
    return new Fit(1, ofOne);
  }

  /** That a default budget is predicted to be exceeded. */
  Optional<String> memoryWarning() {
    return memoryWarning;
  }

  /** Images that are explained at once, at most. */
  int batch() {
    return fit.images();
  }

  /** What the process is predicted to hold at most with a {@link #batch}, in bytes. */
  long peak() {
    return fit.peak();
  }

  /** The program of the methods of one pass, whose outputs stand beside the model's own. */
  Graph graph() {
    return onePass.graph();
  }

  PlainModel plain() {
    return plain;
  }

  /**
   * Answers for one image.
   *
   * @param scores of all classes, before a softmax
   * @param output as the model gives it
   */
  record Answers(Tensor scores, Tensor output, List<Answer> answers) {}

  /**
   * Answers for images that were run at once.
   *
   * @param results of the program of the methods of one pass
   */
  record Answered(List<Answers> images, Results results) {}

  Answered run(List<Sample> samples) {
    return run(samples, 0);
  }

  /**
   * The same, with gradients pruned where that was asked for.
   *
   * @param threshold share of the largest of each gradient
   */
  Answered run(List<Sample> samples, double threshold) {
    Tensor images = images(samples);
    Results results = onePass.run(images, threshold);
    for (int i = 0; i < samples.size(); i++) {
      check(samples.get(i), results.of(Head.SCORES, i));
    }
    List<List<Answer>> byWish = wishes.stream().map(w -> answers(w, images, results)).toList();
    List<Answers> all = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      int image = i;
      all.add(
          new Answers(
              results.of(Head.SCORES, i),
              results.of(classifier.output(), i),
              byWish.stream().map(answers -> answers.get(image)).toList()));
    }
    return new Answered(all, results);
  }

  private List<Answer> answers(Wish w, Tensor images, Results results) {
    return Optional.ofNullable(manyPoints.get(w))
        .map(m -> m.answers(images, results, plain))
        .orElseGet(() -> onePass.answers(w, results));
  }

  private static void check(Sample sample, Tensor scores) {
    int k = scores.firstNotFinite();
    if (k >= 0) {
      throw new Refusal(
          "%s: scores want to be finite, got %s for class %d"
              .formatted(sample.file(), scores.at(k), k));
    }
  }

  /** Whether pruning gradients can change a method's map. */
  boolean prunesGradientsOf(Wish w) {
    return onePass.prunesGradientsOf(w);
  }

  /** Methods whose maps no pruned gradient reaches. */
  List<String> beyondPruning() {
    return wishes.stream().filter(w -> !prunesGradientsOf(w)).map(Wish::method).distinct().toList();
  }

  /** The maps of the methods of one pass, for each image. */
  List<Map<Wish, Tensor>> maps(List<Sample> samples, double threshold) {
    return onePass.maps(images(samples), threshold);
  }

  /** The zeros of each gradient on the way to a method's map, for each image. */
  List<Map<Wish, List<OnePass.Zeros>>> zeros(List<Sample> samples, double threshold) {
    return onePass.zeros(images(samples), threshold);
  }

  /** An image, [1,c,h,w]. */
  Tensor channelsFirst(Sample sample) {
    InputForm form = classifier.form();
    return Tensor.of(
        Shape.of(1, form.channels(), form.height(), form.width()),
        form.channelsFirst(sample.values().floats()));
  }

  /** Images in the model's own form. */
  private Tensor images(List<Sample> samples) {
    InputForm form = classifier.form();
    float[] values = new float[samples.size() * form.size()];
    for (int i = 0; i < samples.size(); i++) {
      System.arraycopy(samples.get(i).values().floats(), 0, values, i * form.size(), form.size());
    }
    return form.tensor(samples.size(), values);
  }

  /**
   * Measures explained against plain program, in turn, after a run of each.
   *
   * @param first what the first run of all gave; later ones may be another engine's
   * @param threshold of pruned gradients
   */
  Timing measure(List<Sample> samples, Answered first, double threshold) {
    return new SideBySide(plain, onePass).measure(images(samples), first.results(), threshold);
  }

  @Override
  public void close() {
    manyPoints.values().forEach(m -> m.program().close());
    Stream.concat(Stream.of(plain.program()), onePass.programs())
        .collect(Collectors.toSet())
        .forEach(Program::close);
  }
}
