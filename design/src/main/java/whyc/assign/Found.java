package whyc.assign;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a strategy found.
 *
 * @param best the least energy within the budgets of all that approximates anything, else what
 *     misses them least
 * @param keepsBudgets whether {@code best} does
 * @param evaluations in the order in which they were measured, on all images
 * @param costs by then: how many evaluations of all images all measurements came to
 * @param cost how many evaluations of all images its measurements come to
 * @param emulationSeconds of its measurements, those of earlier searches included
 * @param wallSeconds that it took now
 * @param prediction that it ended with, if it predicts
 */
public record Found(
    String strategy,
    Evaluation best,
    boolean keepsBudgets,
    List<Evaluation> evaluations,
    List<Double> costs,
    double cost,
    double emulationSeconds,
    double wallSeconds,
    Optional<Prediction> prediction) {
  public Found {
    evaluations = List.copyOf(evaluations);
    costs = List.copyOf(costs);
  }

  /**
   * What it cost until the hypervolume was so large; absent where it never was.
   *
   * @param mostPicojoules and {@code mostLoss} as for {@link Front#hypervolume}
   */
  public OptionalDouble costOf(double hypervolume, double mostPicojoules, double mostLoss) {
    for (int n = 1; n <= evaluations.size(); n++) {
      if (Front.hypervolume(evaluations.subList(0, n), mostPicojoules, mostLoss) >= hypervolume) {
        return OptionalDouble.of(costs.get(n - 1));
      }
    }
    return OptionalDouble.empty();
  }

  /** Those that no other is better than. */
  public List<Evaluation> front() {
    return Front.of(evaluations);
  }
}
