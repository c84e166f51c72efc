package whyc.assign;

import java.util.Arrays;
import java.util.Optional;

/**
 * What spoils least of all that takes no more than some energy, by prediction: what explanations
 * cost or gain is seen at equal energy only.
 */
public final class AtEnergy {
  private AtEnergy() {}

  /** The least loss; absent where nothing takes so little energy. */
  public static Optional<Assignment> leastLoss(Problem p, Prediction q, double picojoules) {
    return solve(p, q.noise(), picojoules, q.noise(), Double.POSITIVE_INFINITY);
  }

  /**
   * The least change of heat maps.
   *
   * @param loss of accuracy, at most
   */
  public static Optional<Assignment> leastChange(
      Problem p, Prediction q, double picojoules, double loss) {
    return solve(p, q.change(), picojoules, q.noise(), q.noiseFor(loss));
  }

  /** A knapsack of energy; what each layer takes at least is given away before. */
  private static Optional<Assignment> solve(
      Problem p, double[][] spoils, double picojoules, double[][] limited, double limit) {
    double[][] energy = new double[p.layers()][p.circuits().size()];
    double budget = picojoules - p.energies().rest().corrected().totalPicojoules();
    for (int l = 0; l < energy.length; l++) {
      for (int c = 0; c < energy[l].length; c++) {
        energy[l][c] = p.energies().picojoules(l, c);
      }
      double least = Arrays.stream(energy[l]).min().orElse(0);
      budget -= least;
      for (int c = 0; c < energy[l].length; c++) {
        energy[l][c] -= least;
      }
    }
    return budget > 0 && limit > 0
        ? Knapsack.solve(spoils, energy, limited, budget, limit).map(Assignment::of)
        : Optional.empty();
  }
}
