package whyc.app.report;

import java.util.Comparator;
import java.util.List;
import whyc.assign.Budgets;
import whyc.assign.Evaluation;
import whyc.assign.Found;
import whyc.assign.Interval;
import whyc.assign.Problem;

/**
 * What all strategies found, and what the best of each is worth on images that no search has seen.
 *
 * @param reference the exact network in integers, on the images held out
 * @param found as it was measured on the images that searches choose by
 * @param heldOut for each strategy its best on the images held out
 */
public record Approximated(
    String title,
    Problem problem,
    Budgets budgets,
    Evaluation reference,
    List<Found> found,
    List<Evaluation> heldOut,
    long seed) {
  public Approximated {
    found = List.copyOf(found);
    heldOut = List.copyOf(heldOut);
  }

  /** Measures the best of each strategy on the images held out. */
  public static Approximated of(
      String title, Problem problem, Budgets budgets, List<Found> found, long seed) {
    return new Approximated(
        title,
        problem,
        budgets,
        problem.report(problem.exact()),
        found,
        found.stream().map(f -> problem.report(f.best().assignment())).toList(),
        seed);
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

  /** The best network on the images held out. */
  public Evaluation reported() {
    return reported(best());
  }

  Evaluation reported(Found f) {
    return heldOut.get(found.indexOf(f));
  }

  /**
   * Whether the best network keeps the budgets: on the images that it was chosen by, and not
   * contradicted by those held out, the whole interval of whose loss would lie above the budget.
   */
  public boolean keepsBudgets() {
    return best().keepsBudgets() && !isContradicted();
  }

  boolean isContradicted() {
    return reported().measured().lossInterval().low() > budgets.loss();
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
    return Interval.ofLoss(0, 0, p.heldOutImages()).halfWidth();
  }
}
