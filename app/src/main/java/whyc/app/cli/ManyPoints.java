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
import java.util.SequencedSet;
import java.util.Set;
import whyc.engine.Engine;
import whyc.engine.PathRuns;
import whyc.engine.Program;
import whyc.explain.Accumulated;
import whyc.explain.ClassChoice;
import whyc.explain.Head;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A method of many points: its program for a few of them, which is run again and again.
 *
 * @param points of one run
 */
record ManyPoints(
    Classifier classifier, Wish wish, Accumulated explanation, Program program, int points) {

  /** A method's runs before its program is compiled. */
  record Plan(Wish wish, Accumulated explanation, PathRuns runs) {
    /** As many points a run as fit beside other programs. */
    static Plan of(
        Classifier classifier,
        Wish w,
        Accumulated a,
        Engine engine,
        List<Graph> beside,
        long memory) {
      Question asked = w.answer().question();
      Question given =
          new Question(
              asked.input(),
              asked.output(),
              new ClassChoice.Given(ClassChoice.Given.TARGET),
              asked.score());
      return new Plan(
          w,
          a,
          PathRuns.choose(
              engine, classifier.model(), classifier.scored(), a, given, beside, memory));
    }

    ManyPoints compile(Engine engine, Classifier classifier) {
      Program program = engine.compile(classifier.model(), runs.program());
      return new ManyPoints(classifier, wish, explanation, program, runs.points());
    }
  }

  /** What all runs together gave, and who ran them in how long. */
  private record Run(Tensor attribution, String engine, double milliseconds) {}

  /**
   * Answers, one for each image.
   *
   * @param results of the same images, with their scores
   */
  List<Answer> answers(Tensor images, Results results, PlainModel plain) {
    int n = results.images();
    long[] classes = new long[n];
    for (int i = 0; i < n; i++) {
      classes[i] =
          wish.answer().question().classes() instanceof ClassChoice.Index index
              ? index.index()
              : results.of(Head.SCORES, i).argMax();
    }
    Run run = run(images, classes);
    Map<String, Object> parameters = new LinkedHashMap<>(wish.parameters());
    parameters.put("points_per_run", points);
    String differentiated = differentiated();
    Optional<List<Tensor>> atStart = wish.start().map(b -> plain.at(b, images, differentiated));
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int c = (int) classes[i];
      Tensor values = Results.part(run.attribution, i, n);
      Map<String, Object> checks = new LinkedHashMap<>();
      if (atStart.isPresent()) {
        double atEnd = of(c, results.of(differentiated, i));
        completeness(checks, values, atEnd - of(c, atStart.get().get(i)));
      }
      answers.add(
          new Answer(
              wish,
              c,
              results.of(Head.SCORES, i).at(c),
              wish.shaped(values, classifier.form()),
              parameters,
              checks,
              OptionalDouble.of(run.milliseconds / n),
              run.engine,
              Optional.empty()));
    }
    return answers;
  }

  private Run run(Tensor images, long[] classes) {
    Map<String, Tensor> given = new HashMap<>();
    given.put(classifier.model().input(), images);
    given.put(ClassChoice.Given.TARGET, Tensor.of(Shape.of(classes.length), classes));
    Set<String> sums = Set.copyOf(explanation.sums());
    SequencedSet<String> engines = new LinkedHashSet<>();
    long start = System.nanoTime();
    Tensor attribution =
        explanation.accumulate(
            given,
            images.type(),
            points,
            feed -> {
              Map<String, Tensor> some = program.run(feed, sums);
              engines.add(program.engine());
              return some;
            });
    double milliseconds = (System.nanoTime() - start) / 1e6;
    return new Run(attribution, String.join(" and ", engines), milliseconds);
  }

  /** The output that holds the number which a profile differentiates. */
  private String differentiated() {
    boolean whole = wish.answer().question().score() == Question.Score.OUTPUT;
    return whole ? classifier.output() : Head.SCORES;
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
}
