package whyc.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import whyc.assign.Assignment;
import whyc.assign.AtEnergy;
import whyc.assign.DataSet;
import whyc.assign.Found;
import whyc.assign.Prediction;
import whyc.assign.Problem;
import whyc.engine.Program;
import whyc.engine.jvm.JvmEngine;
import whyc.measure.Perturbation;
import whyc.measure.Perturbation.Kind;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How heat maps move at equal energy: of the network that is predicted to lose least accuracy, and
 * of the one that keeps maps best. The exact network in real numbers judges the maps by deletion
 * and insertion. Both networks explain the same images, so that what they differ by is known far
 * better than either figure.
 */
final class EqualEnergy {
  private static final double[] SHARES = {0.9, 0.85, 0.8, 0.75, 0.7};

  /** What those may lose more who look at maps first: a point. */
  private static final double MORE = 0.01;

  private static final int JUDGED = 64;
  private static final int STEPS = 16;
  private static final int AT_ONCE = 17;

  private final Approximable.Trained trained;
  private final Problem problem;
  private final DataSet images;
  private final Found found;
  private final PrintStream out;

  EqualEnergy(
      Approximable.Trained trained,
      Problem problem,
      DataSet heldOut,
      Found found,
      PrintStream out) {
    this.trained = trained;
    this.problem = problem;
    this.images = heldOut.part(0, Math.min(JUDGED, heldOut.size()));
    this.found = found;
    this.out = out;
  }

  /** What was measured of a network, image by image. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Row(
      Assignment assignment,
      double loss,
      double[] fidelity,
      double[] deletion,
      double[] insertion) {}

  /**
   * Prints a table.
   *
   * @param maps what they are
   */
  void run(String maps) {
    Prediction q = found.prediction().orElseThrow();
    out.printf(
        "Maps of %s at equal energy: rank correlation of %d images held out, deletion (less is better) and insertion (more is better) of %d of them in %d steps; what the second has more than the first, with its 95 %% interval over images:%n%n| energy, %% of exact | chosen for | points lost | rank correlation | deletion | insertion |%n|---|---|---|---|---|---|%n",
        maps, problem.heldOutImages(), images.size(), STEPS);
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1));
        Program judge = engine.compile(trained.model(), trained.model().graph())) {
      List<Tensor> exact = problem.maps(problem.exact(), problem.heldOutImages());
      print("exact", measured(judge, exact, problem.exact()));
      for (double share : SHARES) {
        double picojoules = share * problem.energies().picojoules(problem.exact());
        AtEnergy.leastLoss(problem, q, picojoules)
            .ifPresent(a ->
                pair(
                    judge,
                    exact,
                    a,
                    AtEnergy.mostFaithful(problem, q, picojoules, MORE)
                        .orElseThrow()
                        .assignment()));
      }
    }
    out.println();
  }

  private void pair(Program judge, List<Tensor> exact, Assignment accurate, Assignment faithful) {
    Row first = measured(judge, exact, accurate);
    print("accuracy", first);
    if (faithful.equals(accurate)) {
      out.println("| | maps: the same network | | | | |");
      return;
    }
    Row second = measured(judge, exact, faithful);
    print("maps", second);
    out.printf(
        "| | difference | | %s | %s | %s |%n",
        difference(first.fidelity, second.fidelity),
        difference(first.deletion, second.deletion),
        difference(first.insertion, second.insertion));
  }

  private Row measured(Program judge, List<Tensor> exact, Assignment a) {
    List<Tensor> maps = problem.maps(a, problem.heldOutImages());
    double[] fidelity =
        IntStream.range(0, maps.size())
            .mapToDouble(i -> new RankCorrelation().of(exact.get(i), maps.get(i)))
            .toArray();
    List<Tensor> judged = maps.subList(0, images.size());
    return new Row(
        a,
        problem.report(a).measured().loss(),
        fidelity,
        areas(Kind.DELETION, judged, judge),
        areas(Kind.INSERTION, judged, judge));
  }

  private void print(String name, Row r) {
    out.printf(
        Locale.ROOT,
        "| %.1f | %s | %.2f | %.4f | %.4f | %.4f |%n",
        100
            * problem.energies().picojoules(r.assignment)
            / problem.energies().picojoules(problem.exact()),
        name,
        100 * r.loss,
        mean(r.fidelity),
        mean(r.deletion),
        mean(r.insertion));
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  /** The mean of what pairs differ by, with 1.96 of its standard errors on either side. */
  private static String difference(double[] first, double[] second) {
    double[] d = new double[first.length];
    Arrays.setAll(d, i -> second[i] - first[i]);
    double mean = mean(d);
    double variance = Arrays.stream(d).map(x -> (x - mean) * (x - mean)).sum() / (d.length - 1);
    double most = 1.96 * Math.sqrt(variance / d.length);
    return String.format(Locale.ROOT, "%+.4f (%+.4f to %+.4f)", mean, mean - most, mean + most);
  }

  private double[] areas(Kind kind, List<Tensor> maps, Program judge) {
    return new Perturbation(kind, STEPS, trained.black())
        .curves(all(), maps, images.labels(), atOnce(), probabilities(judge)).stream()
            .mapToDouble(Perturbation.Curve::area)
            .toArray();
  }

  private int atOnce() {
    return trained.model().dynamicBatch() ? AT_ONCE : 1;
  }

  private Tensor all() {
    int size = images.sample().size();
    float[] x = new float[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.images().get(i), 0, x, i * size, size);
    }
    Shape one = trained.model().inputType().shape();
    return Tensor.of(one.with(0, images.size()), x);
  }

  private UnaryOperator<Tensor> probabilities(Program judge) {
    Model m = trained.model();
    String output = m.graph().outputs().firstEntry().getKey();
    return x -> softmax(answer(judge, m, x, output));
  }

  private static Tensor answer(Program judge, Model m, Tensor x, String output) {
    return Optional.ofNullable(judge.run(Map.of(m.input(), x), Set.of(output)).get(output))
        .orElseThrow();
  }

  private static Tensor softmax(Tensor scores) {
    int classes = scores.shape().dim(-1);
    double[] all = scores.doubles().clone();
    for (int at = 0; at < all.length; at += classes) {
      double most = Arrays.stream(all, at, at + classes).max().orElseThrow();
      double sum = 0;
      for (int k = at; k < at + classes; k++) {
        all[k] = Math.exp(all[k] - most);
        sum += all[k];
      }
      for (int k = at; k < at + classes; k++) {
        all[k] /= sum;
      }
    }
    return Tensor.of(scores.type(), all);
  }
}
