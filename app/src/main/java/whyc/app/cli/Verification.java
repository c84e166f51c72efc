package whyc.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Head;
import whyc.explain.IntegratedGradients;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.op.QuantizeLinear;
import whyc.op.Value;
import whyc.pass.Simplify;
import whyc.pass.ToDouble;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Checks of a model and its explanations on one image.
 *
 * @param other an engine that must agree with the first
 * @param tell is told of each check when it is done
 */
record Verification(
    Classifier classifier,
    List<Wish> wishes,
    Engine engine,
    Optional<Engine> other,
    long seed,
    Consumer<Check> tell) {

  /** What became of a check. */
  enum Status {
    OK,
    FAIL,
    NOT_CHECKED
  }

  /**
   * One check.
   *
   * @param figure what was found
   * @param rule what was wanted, or why it was not checked
   */
  record Check(String image, String name, Status status, double figure, String rule) {
    private Check(String image, String name, boolean passed, double figure, String rule) {
      this(image, name, passed ? Status.OK : Status.FAIL, figure, rule);
    }

    static Check left(String image, String name, String why) {
      return new Check(image, name, Status.NOT_CHECKED, 0, why);
    }
  }

  private static final String OF_THE_ENGINE = " of the engine against the interpreter";
  private static final String ROUNDING =
      "the model is quantised: values on the edge between two steps may be rounded to either";
  private static final String COMPLETE = " sums to the difference of the scores";
  private static final String DERIVATIVES = "derivative against finite differences";

  /** Random directions along which the score is differentiated. */
  private static final int DIRECTIONS = 2;

  /**
   * Half the step, as a share of the image's own size. In double precision the difference of two
   * scores then still has six digits, and few ReLUs change sides.
   */
  private static final double STEP = 1e-7;

  private static final double DERIVATIVE = 1e-4;

  /**
   * A path over kinks leaves a few hundredths of what is distributed. The score's own difference is
   * no measure: it can be near zero where large attributions of both signs cancel.
   */
  private static final double COMPLETENESS = 0.05;

  private static final double SINGLE = 1e-4;

  /** Half precision has units of 2^-10, rounded at every layer. */
  private static final double HALF = 1e-2;

  /**
   * One ReLU or pooling window that falls to the other side in single precision moves this much.
   */
  private static final double SINGLE_GRADIENT = 1e-1;

  List<Check> of(String image, Sample sample) {
    List<Check> checks = new ArrayList<>();
    Consumer<Check> add =
        c -> {
          checks.add(c);
          tell.accept(c);
        };
    unchanged(image, sample, add);
    repeatable(image, sample, add);
    Optional<Graph> exact = exact();
    if (exact.isPresent()) {
      scores(image, sample, exact.get(), add);
      attributions(image, sample, exact.get(), add);
      for (ClassChoice choice : choices()) {
        derivative(image, sample, exact.get(), choice, add);
      }
    } else {
      withoutExact(image, add);
    }
    other.ifPresent(o -> engines(image, sample, o, add));
    sampled(image, add);
    completeness(image, sample, add);
    return checks;
  }

  /** The classes that are asked about; the top class where nothing is. */
  private List<ClassChoice> choices() {
    List<ClassChoice> asked =
        wishes.stream().map(w -> w.answer().question().classes()).distinct().toList();
    return asked.isEmpty() ? List.of(new ClassChoice.Top()) : asked;
  }

  /** The method; with its class where several are asked about. */
  private String named(Wish w) {
    return choices().size() > 1 ? w.method() + " (class " + w.asked() + ")" : w.method();
  }

  private void withoutExact(String image, Consumer<Check> add) {
    boolean q = quantised();
    String rounding = q ? ROUNDING : "the model's input is not of floating point";
    add.accept(Check.left(image, "scores" + OF_THE_ENGINE, rounding));
    for (Wish w : inOnePass()) {
      add.accept(Check.left(image, named(w) + OF_THE_ENGINE, rounding));
    }
    String noTruth =
        q
            ? "the model is quantised: its derivative is a stand-in (straight-through estimator),"
                + " which differences of scores do not follow"
            : "the model's input is not of floating point";
    add.accept(Check.left(image, DERIVATIVES, noTruth));
  }

  /** Methods of many points, which the interpreter would take too long for. */
  private void sampled(String image, Consumer<Check> add) {
    for (Wish w : wishes) {
      if (w.answer().explanation() instanceof Accumulated a) {
        add.accept(
            Check.left(
                image,
                named(w) + OF_THE_ENGINE,
                "a sum over %d points; the derivative at each is saliency's"
                    .formatted(a.points())));
      }
      if (w.start().isPresent() && quantised()) {
        add.accept(
            Check.left(
                image,
                named(w) + COMPLETE,
                "the model is quantised: a stand-in for a derivative does not integrate to the score"));
      }
      if (w.answer().explanation() instanceof IntegratedGradients && w.start().isEmpty()) {
        add.accept(
            Check.left(
                image,
                named(w) + COMPLETE,
                "the profile's path method leaves out the factor (x - b)"));
      }
    }
  }

  private boolean quantised() {
    return classifier.scored().nodes().stream().anyMatch(n -> n.op() instanceof QuantizeLinear);
  }

  /** The model in double precision for one image; absent where its meaning is its rounding. */
  private Optional<Graph> exact() {
    Graph g = classifier.scored();
    if (quantised() || !classifier.form().element().isFloating()) {
      return Optional.empty();
    }
    Graph one = classifier.model().dynamicBatch() ? g.withBatch(1) : g;
    return Optional.of(new Simplify().apply(new ToDouble().apply(one)));
  }

  private Tensor image(Sample sample) {
    return classifier.form().tensor(1, sample.values().floats());
  }

  private Map<String, Tensor> feed(Tensor image) {
    return Map.of(classifier.model().input(), image);
  }

  private Graph explained() {
    return Asked.all(classifier.scored(), asked());
  }

  private List<Asked> asked() {
    return inOnePass().stream().map(Wish::answer).toList();
  }

  private List<Wish> inOnePass() {
    return wishes.stream().filter(w -> !(w.answer().explanation() instanceof Accumulated)).toList();
  }

  /** The explained program's own outputs against the plain file's, bit by bit. */
  private void unchanged(String image, Sample sample, Consumer<Check> add) {
    Model model = classifier.model();
    Set<String> own = model.graph().outputs().keySet();
    Map<String, Tensor> feed = feed(image(sample));
    try (Program plain = engine.compile(model, model.graph());
        Program explained = engine.compile(model, explained())) {
      Map<String, Tensor> a = plain.run(feed, own);
      Map<String, Tensor> b = explained.run(feed, own);
      long changed = own.stream().filter(o -> !at(a, o).equals(at(b, o))).count();
      add.accept(
          new Check(
              image,
              "outputs of the model unchanged",
              changed == 0,
              changed,
              "0 outputs with other bits"));
    }
  }

  /** The same run twice. */
  private void repeatable(String image, Sample sample, Consumer<Check> add) {
    Graph graph = explained();
    Map<String, Tensor> feed = feed(image(sample));
    try (Program program = engine.compile(classifier.model(), graph)) {
      Map<String, Tensor> a = program.run(feed, graph.outputs().keySet());
      Map<String, Tensor> b = program.run(feed, graph.outputs().keySet());
      long changed =
          graph.outputs().keySet().stream().filter(o -> !at(a, o).equals(at(b, o))).count();
      add.accept(
          new Check(
              image,
              "two runs give the same bytes",
              changed == 0,
              changed,
              "0 outputs with other bits"));
    }
  }

  private void scores(String image, Sample sample, Graph exact, Consumer<Check> add) {
    Set<String> names = Set.of(Head.SCORES);
    try (Program program = engine.compile(classifier.model(), classifier.scored())) {
      Tensor engineScores = at(program.run(feed(image(sample)), names), Head.SCORES);
      Tensor reference = at(run(only(exact, Head.SCORES), image(sample)), Head.SCORES);
      add.accept(agree(image, "scores" + OF_THE_ENGINE, agreement(), engineScores, reference));
    }
  }

  /** The two engines against each other. */
  private void engines(String image, Sample sample, Engine second, Consumer<Check> add) {
    String ofEngines = " of %s against %s".formatted(engine.name(), second.name());
    if (quantised()) {
      add.accept(Check.left(image, "outputs" + ofEngines, ROUNDING));
      return;
    }
    Graph graph = explained();
    Set<String> outputs = graph.outputs().keySet();
    Map<String, Tensor> feed = feed(image(sample));
    try (Program a = engine.compile(classifier.model(), graph);
        Program b = second.compile(classifier.model(), graph)) {
      Map<String, Tensor> found = a.run(feed, outputs);
      Map<String, Tensor> expected = b.run(feed, outputs);
      add.accept(
          agree(
              image,
              "scores" + ofEngines,
              agreement(),
              at(found, Head.SCORES),
              at(expected, Head.SCORES)));
      for (Wish w : inOnePass()) {
        String name = w.answer().name();
        add.accept(
            agree(image, named(w) + ofEngines, agreement(w), at(found, name), at(expected, name)));
      }
    }
  }

  private static Check agree(String image, String name, double most, Tensor a, Tensor b) {
    double difference = relative(a.doubles(), b.doubles());
    return new Check(
        image, name, difference <= most, difference, "relative difference at most " + most);
  }

  private double agreement(Wish w) {
    return w.answer().explanation().isInInputSpace() ? SINGLE_GRADIENT : agreement();
  }

  private double agreement() {
    boolean half = classifier.model().inputType().element() == ElementType.FLOAT16;
    return half ? HALF : SINGLE;
  }

  private void attributions(String image, Sample sample, Graph exact, Consumer<Check> add) {
    List<Asked> asked = asked();
    if (asked.isEmpty()) {
      return;
    }
    Graph graph = explained();
    Graph reference = Asked.all(exact, asked);
    try (Program program = engine.compile(classifier.model(), graph)) {
      Map<String, Tensor> a = program.run(feed(image(sample)), graph.outputs().keySet());
      Map<String, Tensor> b = run(reference, image(sample));
      for (Wish w : inOnePass()) {
        String name = w.answer().name();
        add.accept(agree(image, named(w) + OF_THE_ENGINE, agreement(w), at(a, name), at(b, name)));
      }
    }
  }

  /**
   * The gradient of the class's logit against central differences along random directions d, all in
   * double precision. A probability may be so flat that differences of it are rounding alone, so it
   * is the logit with every profile.
   *
   * <pre>{@code |<g, d> - (Y(x + h d) - Y(x - h d)) / (2 h)| / (|g| |d|)}</pre>
   */
  private void derivative(
      String image, Sample sample, Graph exact, ClassChoice choice, Consumer<Check> add) {
    Tensor x = image(sample).cast(ElementType.FLOAT64);
    Question q = classifier.question(choice, Question.Score.LOGIT);
    Graph gradient = new Saliency().explain(exact, q);
    Map<String, Tensor> result =
        Interpreter.run(only(gradient, Explanation.ATTRIBUTION, Explanation.CLASS), feed(x));
    double[] g = at(result, Explanation.ATTRIBUTION).doubles();
    int c = (int) at(result, Explanation.CLASS).at(0);
    Graph scores = only(exact, Head.SCORES);
    Random random = new Random(seed);
    double worst = 0;
    for (int i = 0; i < DIRECTIONS; i++) {
      double[] d = random.doubles(g.length, -1, 1).toArray();
      double h = STEP * Math.max(norm(x.doubles()), 1) / norm(d);
      double ahead = score(scores, moved(x, d, h), c);
      double behind = score(scores, moved(x, d, -h), c);
      double difference = Math.abs(dot(g, d) - (ahead - behind) / (2 * h));
      worst = Math.max(worst, difference / Math.max(norm(g) * norm(d), Double.MIN_NORMAL));
    }
    add.accept(
        new Check(
            image,
            DERIVATIVES,
            worst <= DERIVATIVE,
            worst,
            "relative difference at most %s, of the logit of class %d".formatted(DERIVATIVE, c)));
  }

  private void completeness(String image, Sample sample, Consumer<Check> add) {
    List<Wish> paths = wishes.stream().filter(w -> w.start().isPresent()).toList();
    if (paths.isEmpty() || quantised()) {
      return;
    }
    try (Explainer explainer = Explainer.of(classifier, paths, engine, MemoryBudget.NONE)) {
      for (Answer a : explainer.run(List.of(sample)).images().getFirst().answers()) {
        double residual = (Double) a.checks().getOrDefault("completeness_residual", Double.NaN);
        double mass = Arrays.stream(a.values().doubles()).map(Math::abs).sum();
        double share = Math.abs(residual) / Math.max(mass, Double.MIN_NORMAL);
        add.accept(
            new Check(
                image,
                named(a.wish()) + COMPLETE,
                share <= COMPLETENESS,
                share,
                "residual at most %s of the sum of absolute attributions; more --steps make it smaller"
                    .formatted(COMPLETENESS)));
      }
    }
  }

  private double score(Graph scores, Tensor x, int c) {
    return at(Interpreter.run(scores, feed(x)), Head.SCORES).at(c);
  }

  private Map<String, Tensor> run(Graph graph, Tensor image) {
    return Interpreter.run(graph, feed(image.cast(ElementType.FLOAT64)));
  }

  private static Graph only(Graph g, String... outputs) {
    SequencedMap<String, Value> some = new LinkedHashMap<>();
    for (String name : outputs) {
      some.put(name, g.output(name));
    }
    return g.withOutputs(some);
  }

  private static Tensor moved(Tensor x, double[] d, double h) {
    double[] values = x.doubles().clone();
    Arrays.setAll(values, i -> values[i] + h * d[i]);
    return Tensor.of(new TensorType(ElementType.FLOAT64, x.shape()), values);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  /** {@code |a - b| / |b|}; 0 for two zeros. */
  private static double relative(double[] a, double[] b) {
    double[] difference = new double[a.length];
    Arrays.setAll(difference, i -> a[i] - b[i]);
    double most = norm(difference);
    return most == 0 ? 0 : most / Math.max(norm(b), Double.MIN_NORMAL);
  }

  private static Tensor at(Map<String, Tensor> results, String name) {
    Tensor t = results.get(name);
    if (t == null) {
      throw new IllegalStateException("a run gave no " + name);
    }
    return t;
  }

  static String figure(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.2e", value);
  }
}
