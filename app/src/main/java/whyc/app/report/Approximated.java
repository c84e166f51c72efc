package whyc.app.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import whyc.assign.Budgets;
import whyc.assign.Evaluation;
import whyc.assign.Found;
import whyc.assign.Interval;
import whyc.assign.Prediction;
import whyc.assign.Problem;
import whyc.measure.LinearCorrelation;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * What all strategies found.
 *
 * @param reference the exact network in integers
 */
public record Approximated(
    String title,
    Problem problem,
    Budgets budgets,
    Evaluation reference,
    List<Found> found,
    long seed) {
  public Approximated {
    found = List.copyOf(found);
  }

  /** With the exact network's figures. */
  public static Approximated of(
      String title, Problem problem, Budgets budgets, List<Found> found, long seed) {
    return new Approximated(title, problem, budgets, problem.reference(), found, seed);
  }

  /** The strategy whose best keeps the budgets with least energy, else misses them least. */
  public Found best() {
    return found.stream()
        .min(
            Comparator.comparing((Found f) -> !f.keepsBudgets())
                .thenComparingDouble(f -> f.keepsBudgets() ? 0 : excess(f))
                .thenComparingDouble(f -> f.best().picojoules()))
        .orElseThrow();
  }

  private double excess(Found f) {
    return Math.max(0, f.best().measured().loss() - budgets.loss())
        + Math.max(0, budgets.fidelity() - f.best().measured().fidelity());
  }

  /** Energy by that of the exact network. */
  public double relative(Evaluation e) {
    return e.picojoules() / reference.picojoules();
  }

  /** Half of the interval that a loss lies in even where no image changes sides. */
  public static double resolution(Problem p) {
    return Interval.ofLoss(0, 0, p.images()).halfWidth();
  }

  /** Predicted figures beside measured ones of assignments that others measured. */
  record Checked(int networks, double correlation, double worst) {}

  /** How good the prediction of accuracy lost is on networks that it was not fitted to. */
  Optional<Checked> checked() {
    Optional<Found> predicting = found.stream().filter(f -> f.prediction().isPresent()).findFirst();
    return predicting.flatMap(p -> {
      List<Evaluation> others =
          found.stream()
              .filter(f -> !f.equals(p))
              .flatMap(f -> f.evaluations().stream())
              .filter(e -> !p.evaluations().contains(e))
              .distinct()
              .toList();
      return others.size() < 2
          ? Optional.empty()
          : Optional.of(checked(p.prediction().orElseThrow(), others));
    });
  }

  private static Checked checked(Prediction p, List<Evaluation> others) {
    double[] predicted = others.stream().mapToDouble(e -> p.loss(e.assignment())).toArray();
    double[] measured = others.stream().mapToDouble(e -> e.measured().loss()).toArray();
    double worst = 0;
    for (int i = 0; i < predicted.length; i++) {
      worst = Math.max(worst, Math.abs(predicted[i] - measured[i]));
    }
    Tensor a = Tensor.of(Shape.of(predicted.length), predicted);
    Tensor b = Tensor.of(Shape.of(measured.length), measured);
    return new Checked(predicted.length, new LinearCorrelation().of(a, b), worst);
  }
}
