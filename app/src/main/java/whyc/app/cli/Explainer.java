package whyc.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import whyc.app.report.Timing;
import whyc.engine.Engine;
import whyc.engine.PathRuns;
import whyc.engine.Program;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Head;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.onnx.Model;
import whyc.pass.PruneGradients;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A model compiled with all that is asked of it: methods of one pass together in one program,
 * methods of many points in runs that fit into memory, and the plain model beside them to compare
 * with.
 */
final class Explainer implements AutoCloseable {
  /** Runs that a median is taken of, at most, and the time they may take together. */
  private static final int MOST_RUNS = 3;

  private static final long BUDGET_NANOS = 60_000_000;

  /** Images at once: more is not faster on a few cores, and holds more memory. */
  private static final int MOST_AT_ONCE = 8;

  /** The class of each image in programs that are run again and again. */
  private static final String TARGET = "whyc_target";

  private final Classifier classifier;
  private final List<Wish> wishes;
  private final Program plain;

  /** All methods of one pass; the plain program where there are none. */
  private final Program together;

  private final Graph graph;
  private final Map<Wish, Repeated> repeated;
  private final Fit fit;
  private final Optional<String> memoryWarning;
  private final Optional<Counting> counting;

  /**
   * What runs at once.
   *
   * @param images as many as fit
   * @param peak what the process is predicted to hold with them at most, in bytes
   */
  private record Fit(int images, long peak) {}

  /** Counts what is dropped of gradients. */
  private record Counting(PrunedGraph pruned, Program program) {}

  /**
   * Zeros of one gradient.
   *
   * @param shape [c,h,w]
   * @param before their share as it arrives, behind those that were pruned before
   * @param after their share as it is pruned
   */
  record Zeros(Shape shape, double before, double after) {}

  /** A method of many points: its program for a few of them. */
  private record Repeated(Accumulated explanation, Program program, int pointsPerRun) {}

  private Explainer(
      Classifier classifier,
      List<Wish> wishes,
      Program plain,
      Program together,
      Graph graph,
      Map<Wish, Repeated> repeated,
      Fit fit,
      Optional<String> memoryWarning,
      Optional<Counting> counting) {
    this.memoryWarning = memoryWarning;
    this.counting = counting;
    this.classifier = classifier;
    this.wishes = wishes;
    this.plain = plain;
    this.together = together;
    this.graph = graph;
    this.repeated = repeated;
    this.fit = fit;
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
    Model model = classifier.model();
    List<Asked> inOnePass =
        wishes.stream()
            .map(Wish::answer)
            .filter(a -> !(a.explanation() instanceof Accumulated))
            .toList();
    Graph exact = Asked.all(classifier.scored(), inOnePass);
    Optional<PrunedGraph> pruned = pruning.map(score -> PrunedGraph.of(exact, inOnePass, score));
    Graph graph = pruned.map(PrunedGraph::graph).orElse(exact);
    List<Graph> held = new ArrayList<>(List.of(classifier.scored()));
    if (!inOnePass.isEmpty()) {
      held.add(graph);
    }
    pruned.ifPresent(p -> held.add(p.zeros().graph()));
    Map<Wish, PathRuns> runs = new LinkedHashMap<>();
    for (Wish w : wishes) {
      if (w.answer().explanation() instanceof Accumulated a) {
        PathRuns chosen = runs(classifier, w, a, engine, held, memory);
        runs.put(w, chosen);
        held.add(chosen.program());
      }
    }
    long peak = engine.predictMemory(model, held, 1).peak();
    Optional<String> warning = memory.check(model.file().name(), peak);
    Fit fit = fit(classifier, held, engine, memory.bytes(), images, peak);
    CompletableFuture<Program> beside =
        CompletableFuture.supplyAsync(() -> engine.compile(model, classifier.scored()));
    Optional<Program> explaining =
        inOnePass.isEmpty() ? Optional.empty() : Optional.of(engine.compile(model, graph));
    Program plain = beside.join();
    Program together = explaining.orElse(plain);
    Map<Wish, Repeated> repeated = new HashMap<>();
    runs.forEach((w, r) ->
        repeated.put(
            w,
            new Repeated(
                (Accumulated) w.answer().explanation(),
                engine.compile(model, r.program()),
                r.points())));
    Optional<Counting> counting =
        pruned.map(p -> new Counting(p, engine.compile(model, p.zeros().graph())));
    return new Explainer(
        classifier, wishes, plain, together, graph, repeated, fit, warning, counting);
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

  private static PathRuns runs(
      Classifier classifier,
      Wish w,
      Accumulated a,
      Engine engine,
      List<Graph> beside,
      MemoryBudget memory) {
    Question asked = w.answer().question();
    Question given =
        new Question(asked.input(), asked.output(), new ClassChoice.Given(TARGET), asked.score());
    return PathRuns.choose(
        engine, classifier.model(), classifier.scored(), a, given, beside, memory.bytes());
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
    return graph;
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
  record Answered(List<Answers> images, Map<String, Tensor> results) {}

  Answered run(List<Sample> samples) {
    return run(samples, 0);
  }

  /**
   * The same, with gradients pruned where that was asked for.
   *
   * @param threshold share of the largest of each gradient
   */
  Answered run(List<Sample> samples, double threshold) {
    Tensor image = image(samples);
    int n = samples.size();
    SequencedMap<String, Tensor> results =
        together.run(feed(image, threshold), graph.outputs().keySet());
    List<Tensor> scores = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      scores.add(row(results, Classifier.SCORES, i, n));
      check(samples.get(i), scores.getLast());
    }
    List<List<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      answers.add(new ArrayList<>());
    }
    String engine = together.engine();
    for (Wish w : wishes) {
      Optional<Repeated> r = Optional.ofNullable(repeated.get(w));
      List<Answer> these =
          r.isPresent()
              ? repeat(w, r.get(), image, scores, results)
              : inOnePass(w, results, n, engine);
      for (int i = 0; i < n; i++) {
        answers.get(i).add(these.get(i));
      }
    }
    List<Answers> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(new Answers(scores.get(i), row(results, classifier.output(), i, n), answers.get(i)));
    }
    return new Answered(all, results);
  }

  /** Whether pruning gradients can change a method's map. */
  boolean prunesGradientsOf(Wish w) {
    return counting.filter(c -> c.pruned.reaches(w.answer())).isPresent();
  }

  /** The maps of the methods of one pass, for each image. */
  List<Map<Wish, Tensor>> maps(List<Sample> samples, double threshold) {
    int n = samples.size();
    Map<String, Tensor> results =
        together.run(feed(image(samples), threshold), graph.outputs().keySet());
    List<Map<Wish, Tensor>> maps = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Map<Wish, Tensor> own = new LinkedHashMap<>();
      for (Wish w : wishes) {
        if (!repeated.containsKey(w)) {
          own.put(w, shaped(w, row(results, w.answer().name(), i, n)));
        }
      }
      maps.add(own);
    }
    return maps;
  }

  /** The zeros of each gradient on the way to a method's map, for each image. */
  List<Map<Wish, List<Zeros>>> zeros(List<Sample> samples, double threshold) {
    Counting c = counting.orElseThrow();
    Map<String, Tensor> counts =
        c.program.run(feed(image(samples), threshold), c.pruned.zeros().graph().outputs().keySet());
    List<Map<Wish, List<Zeros>>> zeros = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      int image = i;
      Map<Wish, List<Zeros>> own = new LinkedHashMap<>();
      wishes.stream()
          .filter(this::prunesGradientsOf)
          .forEach(w ->
              own.put(
                  w, c.pruned.gradients(w.answer()).map(g -> zeros(g, counts, image)).toList()));
      zeros.add(own);
    }
    return zeros;
  }

  private static Zeros zeros(PruneGradients.Gradient g, Map<String, Tensor> counts, int image) {
    double size = g.shape().size();
    return new Zeros(
        g.shape(),
        result(counts, g.before()).at(image) / size,
        result(counts, g.after()).at(image) / size);
  }

  /** Methods whose maps no pruned gradient reaches. */
  List<String> beyondPruning() {
    return wishes.stream().filter(w -> !prunesGradientsOf(w)).map(Wish::method).distinct().toList();
  }

  /** An image, [1,c,h,w]. */
  Tensor channelsFirst(Sample sample) {
    InputForm form = classifier.form();
    return Tensor.of(
        Shape.of(1, form.channels(), form.height(), form.width()),
        form.channelsFirst(sample.values().floats()));
  }

  /** Probabilities of the plain model, [n,classes], of images [n,c,h,w]. */
  Tensor probabilities(Tensor images) {
    InputForm form = classifier.form();
    int n = images.shape().dim(0);
    float[] values = new float[images.size()];
    for (int i = 0; i < n; i++) {
      float[] own = form.ownOrder(part(images, i, n).floats());
      System.arraycopy(own, 0, values, i * form.size(), form.size());
    }
    Map<String, Tensor> results =
        plain.run(
            Map.of(classifier.model().input(), form.tensor(n, values)),
            Set.of(Classifier.SCORES, classifier.output()));
    double[] all =
        IntStream.range(0, n)
            .boxed()
            .flatMapToDouble(i ->
                Arrays.stream(
                    Probabilities.of(
                        classifier,
                        row(results, Classifier.SCORES, i, n),
                        row(results, classifier.output(), i, n))))
            .toArray();
    return Tensor.of(Shape.of(n, all.length / n), all);
  }

  private Map<String, Tensor> feed(Tensor image, double threshold) {
    Map<String, Tensor> feed = new HashMap<>();
    feed.put(classifier.model().input(), image);
    if (counting.isPresent()) {
      TensorType thresholds = TensorType.of(ElementType.FLOAT32, image.shape().dim(0), 1, 1, 1);
      feed.put(PrunedGraph.THRESHOLD, Tensor.filled(thresholds, threshold));
    }
    return feed;
  }

  private Tensor image(List<Sample> samples) {
    InputForm form = classifier.form();
    float[] values = new float[samples.size() * form.size()];
    for (int i = 0; i < samples.size(); i++) {
      System.arraycopy(samples.get(i).values().floats(), 0, values, i * form.size(), form.size());
    }
    return form.tensor(samples.size(), values);
  }

  private static void check(Sample sample, Tensor scores) {
    int k = scores.firstNotFinite();
    if (k >= 0) {
      throw new Refusal(
          "%s: scores want to be finite, got %s for class %d"
              .formatted(sample.file(), scores.at(k), k));
    }
  }

  private List<Answer> inOnePass(Wish w, Map<String, Tensor> results, int n, String engine) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      answers.add(
          answer(
              w,
              (int) row(results, w.answer().classOutput(), i, n).at(0),
              row(results, w.answer().scoreOutput(), i, n).at(0),
              row(results, w.answer().name(), i, n),
              w.parameters(),
              Map.of(),
              OptionalDouble.empty(),
              engine));
    }
    return answers;
  }

  private List<Answer> repeat(
      Wish w, Repeated r, Tensor image, List<Tensor> scores, Map<String, Tensor> results) {
    int n = scores.size();
    long[] classes = new long[n];
    for (int i = 0; i < n; i++) {
      classes[i] =
          w.answer().question().classes() instanceof ClassChoice.Index index
              ? index.index()
              : largest(scores.get(i));
    }
    Map<String, Tensor> given = new HashMap<>();
    given.put(classifier.model().input(), image);
    given.put(TARGET, Tensor.of(Shape.of(n), classes));
    Set<String> sums = Set.copyOf(r.explanation.sums());
    SequencedSet<String> engines = new LinkedHashSet<>();
    long start = System.nanoTime();
    Tensor attribution =
        r.explanation.accumulate(
            given,
            image.type(),
            r.pointsPerRun,
            feed -> {
              Map<String, Tensor> points = r.program.run(feed, sums);
              engines.add(r.program.engine());
              return points;
            });
    double milliseconds = (System.nanoTime() - start) / 1e6 / n;
    Map<String, Object> parameters = new LinkedHashMap<>(w.parameters());
    parameters.put("points_per_run", r.pointsPerRun);
    Optional<List<Tensor>> atStart = w.start().map(b -> scoresAt(b, image, differentiated(w)));
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int c = (int) classes[i];
      Tensor values = part(attribution, i, n);
      Map<String, Object> checks = new LinkedHashMap<>();
      if (atStart.isPresent()) {
        Tensor atEnd = row(results, differentiated(w), i, n);
        completeness(checks, values, of(c, atEnd) - of(c, atStart.get().get(i)));
      }
      answers.add(
          answer(
              w,
              c,
              scores.get(i).at(c),
              values,
              parameters,
              checks,
              OptionalDouble.of(milliseconds),
              String.join(" and ", engines)));
    }
    return answers;
  }

  /** The output that holds the number which a profile differentiates. */
  private String differentiated(Wish w) {
    boolean whole = w.answer().question().score() == Question.Score.OUTPUT;
    return whole ? classifier.output() : Classifier.SCORES;
  }

  /** The score of a class; one output for two classes is that of class 1, see {@link Head}. */
  private static double of(int c, Tensor scores) {
    return scores.size() > 1 ? scores.at(c) : (c == 0 ? -1 : 1) * scores.at(0);
  }

  /** Attributions of a path sum to the difference of the scores at its ends. */
  private static void completeness(Map<String, Object> checks, Tensor values, double difference) {
    double sum = Arrays.stream(values.doubles()).sum();
    checks.put("sum", sum);
    checks.put("score_minus_baseline_score", difference);
    checks.put("completeness_residual", sum - difference);
  }

  private List<Tensor> scoresAt(Baseline baseline, Tensor image, String output) {
    Tensor scores =
        result(
            plain.run(Map.of(classifier.model().input(), baseline.like(image)), Set.of(output)),
            output);
    int n = image.shape().dim(0);
    return IntStream.range(0, n).mapToObj(i -> part(scores, i, n)).toList();
  }

  private Answer answer(
      Wish w,
      int index,
      double score,
      Tensor raw,
      Map<String, Object> parameters,
      Map<String, Object> checks,
      OptionalDouble milliseconds,
      String engine) {
    return new Answer(
        w,
        index,
        score,
        shaped(w, raw),
        parameters,
        checks,
        milliseconds,
        engine,
        Optional.empty());
  }

  /** A map [h,w], or [c,h,w] in input space. */
  private Tensor shaped(Wish w, Tensor raw) {
    InputForm form = classifier.form();
    return w.answer().explanation().isInInputSpace()
        ? Tensor.of(
            Shape.of(form.channels(), form.height(), form.width()),
            form.channelsFirst(raw.floats()))
        : raw.reshape(Shape.of(raw.shape().dim(-2), raw.shape().dim(-1)));
  }

  static int largest(Tensor scores) {
    int best = 0;
    for (int i = 1; i < scores.size(); i++) {
      best = scores.at(i) > scores.at(best) ? i : best;
    }
    return best;
  }

  /** The part of a result that belongs to one image of a batch. */
  private static Tensor row(Map<String, Tensor> results, String name, int i, int n) {
    return part(result(results, name), i, n);
  }

  private static Tensor part(Tensor all, int i, int n) {
    List<Integer> rest = all.shape().dims().subList(1, all.shape().rank());
    int length = all.size() / n;
    float[] values = all.floats();
    return Tensor.of(
        new Shape(rest),
        n == 1 ? values : Arrays.copyOfRange(values, i * length, (i + 1) * length));
  }

  private static Tensor result(Map<String, Tensor> results, String name) {
    Tensor t = results.get(name);
    if (t == null) {
      throw new IllegalStateException("the engine gave no " + name);
    }
    return t;
  }

  /**
   * Measures explained against plain program, in turn, after a run of each.
   *
   * @param first what the first run of all gave; later ones may be another engine's
   * @param threshold of pruned gradients
   */
  Timing measure(List<Sample> samples, Answered first, double threshold) {
    Map<String, Tensor> feed = feed(image(samples), threshold);
    Set<String> own = classifier.scored().outputs().keySet();
    Map<String, Tensor> alone = Map.of(classifier.model().input(), image(samples));
    Map<String, Tensor> expected = plain.run(alone, own);
    boolean unchanged =
        classifier.model().graph().outputs().keySet().stream()
            .allMatch(o -> result(expected, o).equals(result(first.results(), o)));
    double[] explainedMs = new double[MOST_RUNS];
    double[] plainMs = new double[MOST_RUNS];
    int runs = 0;
    for (long start = System.nanoTime();
        runs < 1 || (runs < MOST_RUNS && System.nanoTime() - start < BUDGET_NANOS);
        runs++) {
      explainedMs[runs] = milliseconds(together, feed, graph.outputs().keySet());
      plainMs[runs] = milliseconds(plain, alone, own);
    }
    int n = samples.size();
    String engine = together.engine();
    double inference = median(plainMs, runs) / n;
    boolean nothingMore = repeated.size() == wishes.size();
    double explained = nothingMore ? inference : median(explainedMs, runs) / n;
    return new Timing(inference, explained, runs, n, engine, unchanged);
  }

  private static double milliseconds(Program p, Map<String, Tensor> feed, Set<String> outputs) {
    long start = System.nanoTime();
    p.run(feed, outputs);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values, int n) {
    double[] sorted = Arrays.copyOf(values, n);
    Arrays.sort(sorted);
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  @Override
  public void close() {
    repeated.values().forEach(r -> r.program.close());
    counting.ifPresent(c -> c.program.close());
    Set.copyOf(List.of(plain, together)).forEach(Program::close);
  }
}
