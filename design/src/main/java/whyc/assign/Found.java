package whyc.assign;

import java.util.List;
import java.util.Optional;

/**
 * What a strategy found.
 *
 * @param best the least energy within the budgets of all that approximates anything, else what
 *     misses them least
 * @param keepsBudgets whether {@code best} does
 * @param evaluations in the order in which they were measured, on all images
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
    double cost,
    double emulationSeconds,
    double wallSeconds,
    Optional<Prediction> prediction) {
  public Found {
    evaluations = List.copyOf(evaluations);
  }

  /** Those that no other is better than. */
  public List<Evaluation> front() {
    return Front.of(evaluations);
  }
}
