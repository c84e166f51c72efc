package whyc.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import whyc.assign.Assignment;
import whyc.assign.AtEnergy;
import whyc.assign.DataSet;
import whyc.assign.Found;
import whyc.assign.Measured;
import whyc.assign.Prediction;
import whyc.assign.Problem;
import whyc.engine.Program;
import whyc.engine.jvm.JvmEngine;
import whyc.measure.Perturbation;
import whyc.measure.Perturbation.Kind;
import whyc.onnx.Model;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How heat maps move at equal energy: of the network that is predicted to lose least accuracy, and
 * of the one whose maps are predicted to change least. The exact network in real numbers judges the
 * maps by deletion and insertion.
 */
final class EqualEnergyBench {
  private static final double[] SHARES = {0.9, 0.85, 0.8, 0.75, 0.7};

  /** What those may lose more who look at maps first: a point. */
  private static final double MORE = 0.01;

  private static final int JUDGED = 64;
  private static final int STEPS = 16;
  private static final int AT_ONCE = 17;

  private final ApproximateBench.Trained trained;
  private final Problem problem;
  private final DataSet images;
  private final Found found;
  private final PrintStream out;

  EqualEnergyBench(
      ApproximateBench.Trained trained,
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

  /**
   * Prints a table.
   *
   * @param maps what they are
   */
  void run(String maps) {
    Prediction q = found.prediction().orElseThrow();
    out.printf(
        "Maps of %s at equal energy, held out; deletion (less is better) and insertion (more is better) of %d images in %d steps:%n%n| energy, %% of exact | chosen for | points lost | rank correlation | deletion | insertion |%n|---|---|---|---|---|---|%n",
        maps, images.size(), STEPS);
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1));
        Program judge = engine.compile(trained.model(), trained.model().graph())) {
      row(judge, "exact", Optional.of(problem.exact()));
      for (double share : SHARES) {
        double picojoules = share * problem.energies().picojoules(problem.exact());
        Optional<Assignment> accurate = AtEnergy.leastLoss(problem, q, picojoules);
        row(judge, "accuracy", accurate);
        row(
            judge,
            "maps",
            accurate.flatMap(a -> AtEnergy.leastChange(problem, q, picojoules, q.loss(a) + MORE)));
      }
    }
    out.println();
  }

  private void row(Program judge, String name, Optional<Assignment> chosen) {
    chosen.ifPresent(a -> {
      Measured m = problem.report(a).measured();
      List<Tensor> maps = problem.maps(a, images.size());
      out.printf(
          Locale.ROOT,
          "| %.1f | %s | %.2f | %.4f | %.4f | %.4f |%n",
          100 * problem.energies().picojoules(a) / problem.energies().picojoules(problem.exact()),
          name,
          100 * m.loss(),
          m.fidelity(),
          area(Kind.DELETION, maps, judge),
          area(Kind.INSERTION, maps, judge));
    });
  }

  private double area(Kind kind, List<Tensor> maps, Program judge) {
    return new Perturbation(kind, STEPS, trained.black())
        .curves(all(), maps, images.labels(), atOnce(), probabilities(judge)).stream()
            .mapToDouble(Perturbation.Curve::area)
            .average()
            .orElseThrow();
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
