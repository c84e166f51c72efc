package whyc.app.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.pass.PruneGradients;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * All methods that take one pass, in one program beside the model's own outputs; with gradients
 * that can be pruned, where that was asked for.
 */
final class OnePass {
  private final Classifier classifier;
  private final Plan plan;
  private final Program program;
  private final Optional<Program> counting;

  /**
   * What is to be compiled.
   *
   * @param wishes methods of one pass; none means that the program is the plain model's
   */
  record Plan(List<Wish> wishes, Graph graph, Optional<PrunedGraph> pruned) {
    static Plan of(Classifier classifier, List<Wish> all, Optional<Score> pruning) {
      List<Wish> wishes =
          all.stream().filter(w -> !(w.answer().explanation() instanceof Accumulated)).toList();
      List<Asked> asked = wishes.stream().map(Wish::answer).toList();
      Graph exact = Asked.all(classifier.scored(), asked);
      Optional<PrunedGraph> pruned = pruning.map(score -> PrunedGraph.of(exact, asked, score));
      return new Plan(wishes, pruned.map(PrunedGraph::graph).orElse(exact), pruned);
    }

    /** Graphs that a process holds for it beside the plain model's. */
    List<Graph> held() {
      Stream<Graph> own = wishes.isEmpty() ? Stream.empty() : Stream.of(graph);
      return Stream.concat(own, pruned.stream().map(p -> p.zeros().graph())).toList();
    }

    /** The methods' program, where there are any. */
    Optional<Program> compile(Engine engine, Classifier classifier) {
      return wishes.isEmpty()
          ? Optional.empty()
          : Optional.of(engine.compile(classifier.model(), graph));
    }
  }

  /**
   * Zeros of one gradient.
   *
   * @param shape [c,h,w]
   * @param before their share as it arrives, behind those that were pruned before
   * @param after their share as it is pruned
   */
  record Zeros(Shape shape, double before, double after) {}

  /**
   * A plan that was compiled.
   *
   * @param program of the plan's graph, or the plain model's where nothing is asked of one pass
   */
  OnePass(Classifier classifier, Plan plan, Program program, Engine engine) {
    this.classifier = classifier;
    this.plan = plan;
    this.program = program;
    this.counting = plan.pruned.map(p -> engine.compile(classifier.model(), p.zeros().graph()));
  }

  /** The graph whose outputs stand beside the model's own. */
  Graph graph() {
    return plan.graph;
  }

  Program program() {
    return program;
  }

  /** Says how many runs are to come. */
  void expect(long runs) {
    program.expect(runs);
  }

  boolean isPlain() {
    return plan.wishes.isEmpty();
  }

  /** Programs that are held, the plain model's perhaps among them. */
  Stream<Program> programs() {
    return Stream.concat(Stream.of(program), counting.stream());
  }

  /**
   * All outputs for some images.
   *
   * @param threshold of pruned gradients: share of the largest of each
   */
  Results run(Tensor images, double threshold) {
    return new Results(
        program.run(feed(images, threshold), plan.graph.outputs().keySet()), images.shape().dim(0));
  }

  private Map<String, Tensor> feed(Tensor images, double threshold) {
    Map<String, Tensor> feed = new HashMap<>();
    feed.put(classifier.model().input(), images);
    if (plan.pruned.isPresent()) {
      TensorType thresholds = TensorType.of(ElementType.FLOAT32, images.shape().dim(0), 1, 1, 1);
      feed.put(PrunedGraph.THRESHOLD, Tensor.filled(thresholds, threshold));
    }
    return feed;
  }

  /** A method's answers, one for each image. */
  List<Answer> answers(Wish w, Results results) {
    return IntStream.range(0, results.images())
        .mapToObj(i ->
            new Answer(
                w,
                (int) results.of(w.answer().classOutput(), i).at(0),
                results.of(w.answer().scoreOutput(), i).at(0),
                w.shaped(results.of(w.answer().name(), i), classifier.form()),
                w.parameters(),
                Map.of(),
                OptionalDouble.empty(),
                program.engine(),
                Optional.empty()))
        .toList();
  }

  /** The maps of all methods, for each image. */
  List<Map<Wish, Tensor>> maps(Tensor images, double threshold) {
    Results results = run(images, threshold);
    List<Map<Wish, Tensor>> maps = new ArrayList<>();
    for (int i = 0; i < results.images(); i++) {
      Map<Wish, Tensor> own = new LinkedHashMap<>();
      for (Wish w : plan.wishes) {
        own.put(w, w.shaped(results.of(w.answer().name(), i), classifier.form()));
      }
      maps.add(own);
    }
    return maps;
  }

  /** Whether pruning gradients can change a method's map. */
  boolean prunesGradientsOf(Wish w) {
    return plan.pruned.filter(p -> p.reaches(w.answer())).isPresent();
  }

  /** The zeros of each gradient on the way to a method's map, for each image. */
  List<Map<Wish, List<Zeros>>> zeros(Tensor images, double threshold) {
    PrunedGraph pruned = plan.pruned.orElseThrow();
    Results counts =
        new Results(
            counting
                .orElseThrow()
                .run(feed(images, threshold), pruned.zeros().graph().outputs().keySet()),
            images.shape().dim(0));
    List<Map<Wish, List<Zeros>>> zeros = new ArrayList<>();
    for (int i = 0; i < counts.images(); i++) {
      int image = i;
      Map<Wish, List<Zeros>> own = new LinkedHashMap<>();
      plan.wishes.stream()
          .filter(this::prunesGradientsOf)
          .forEach(w ->
              own.put(w, pruned.gradients(w.answer()).map(g -> zeros(g, counts, image)).toList()));
      zeros.add(own);
    }
    return zeros;
  }

  private static Zeros zeros(PruneGradients.Gradient g, Results counts, int image) {
    double size = g.shape().size();
    return new Zeros(
        g.shape(), counts.of(g.before()).at(image) / size, counts.of(g.after()).at(image) / size);
  }
}
