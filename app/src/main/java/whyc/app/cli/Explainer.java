package whyc.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import whyc.app.report.Timing;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** A model compiled with all that is asked of it, and the plain model beside it to compare with. */
final class Explainer implements AutoCloseable {
  /** Runs that a median is taken of, at most, and the time they may take together. */
  private static final int MOST_RUNS = 5;

  private static final long BUDGET_NANOS = 150_000_000;

  private final Classifier classifier;
  private final List<Wish> wishes;
  private final Program explained;
  private final Program plain;
  private final Set<String> names;
  private final Set<String> plainNames;

  private Explainer(
      Classifier classifier, List<Wish> wishes, Program explained, Program plain, Graph graph) {
    this.classifier = classifier;
    this.wishes = wishes;
    this.explained = explained;
    this.plain = plain;
    this.names = graph.outputs().keySet();
    this.plainNames = classifier.scored().outputs().keySet();
  }

  static Explainer of(Classifier classifier, List<Wish> wishes, Engine engine) {
    Graph graph = Asked.all(classifier.scored(), wishes.stream().map(Wish::answer).toList());
    Program explained = engine.compile(classifier.model(), graph);
    Program plain = engine.compile(classifier.model(), classifier.scored());
    return new Explainer(classifier, wishes, explained, plain, graph);
  }

  /**
   * Answers for one image.
   *
   * @param scores of all classes, before a softmax
   * @param output as the model gives it
   */
  record Answers(float[] scores, float[] output, List<Answer> answers) {}

  List<Answers> run(List<Sample> batch) {
    SequencedMap<String, Tensor> results = explained.run(feed(batch), names);
    List<Answers> answers = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      answers.add(answers(results, i, batch.size(), batch.get(i)));
    }
    return answers;
  }

  private Map<String, Tensor> feed(List<Sample> batch) {
    InputForm form = classifier.form();
    float[] values = new float[batch.size() * form.size()];
    for (int i = 0; i < batch.size(); i++) {
      System.arraycopy(batch.get(i).values(), 0, values, i * form.size(), form.size());
    }
    return Map.of(classifier.model().input(), form.tensor(batch.size(), values));
  }

  private Answers answers(Map<String, Tensor> results, int i, int n, Sample sample) {
    float[] scores = row(results, Classifier.SCORES, i, n);
    for (int k = 0; k < scores.length; k++) {
      if (!Float.isFinite(scores[k])) {
        throw new Refusal(
            "%s: scores want to be finite, got %s for class %d"
                .formatted(sample.file(), scores[k], k));
      }
    }
    List<Answer> answers = new ArrayList<>();
    for (Wish w : wishes) {
      answers.add(answer(results, w, i, n));
    }
    return new Answers(scores, row(results, classifier.output(), i, n), answers);
  }

  private Answer answer(Map<String, Tensor> results, Wish w, int i, int n) {
    float[] values = row(results, w.answer().name(), i, n);
    int index = (int) row(results, w.answer().classOutput(), i, n)[0];
    double score = row(results, w.answer().scoreOutput(), i, n)[0];
    Shape whole = result(results, w.answer().name()).shape();
    if (w.answer().explanation().isInInputSpace()) {
      InputForm form = classifier.form();
      return new Answer(
          w,
          index,
          score,
          form.channelsFirst(values),
          Shape.of(form.channels(), form.height(), form.width()));
    }
    return new Answer(w, index, score, values, Shape.of(whole.dim(2), whole.dim(3)));
  }

  /** The part of a result that belongs to one image of a batch. */
  private static float[] row(Map<String, Tensor> results, String name, int i, int n) {
    float[] all = result(results, name).floats();
    int length = all.length / n;
    return n == 1 ? all : Arrays.copyOfRange(all, i * length, (i + 1) * length);
  }

  private static Tensor result(Map<String, Tensor> results, String name) {
    Tensor t = results.get(name);
    if (t == null) {
      throw new IllegalStateException("the engine gave no " + name);
    }
    return t;
  }

  /** Measures explained against plain program, in turn, after a run of each. */
  Timing measure(List<Sample> batch) {
    Map<String, Tensor> feed = feed(batch);
    plain.run(feed, plainNames);
    double[] explainedMs = new double[MOST_RUNS];
    double[] plainMs = new double[MOST_RUNS];
    int runs = 0;
    for (long start = System.nanoTime();
        runs < 1 || (runs < MOST_RUNS && System.nanoTime() - start < BUDGET_NANOS);
        runs++) {
      explainedMs[runs] = milliseconds(explained, feed, names);
      plainMs[runs] = milliseconds(plain, feed, plainNames);
    }
    int n = batch.size();
    return new Timing(median(plainMs, runs) / n, median(explainedMs, runs) / n, runs, n);
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

  /** Names of the model's own outputs whose bits differ between the two programs. */
  Set<String> changedOutputs(List<Sample> batch) {
    Map<String, Tensor> feed = feed(batch);
    Set<String> own = classifier.model().graph().outputs().keySet();
    SequencedMap<String, Tensor> a = explained.run(feed, own);
    SequencedMap<String, Tensor> b = plain.run(feed, own);
    Set<String> changed = new HashSet<>();
    for (String name : own) {
      if (!result(a, name).equals(result(b, name))) {
        changed.add(name);
      }
    }
    return changed;
  }

  @Override
  public void close() {
    explained.close();
    plain.close();
  }
}
