package whyc.assign;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What spoils least of all that takes no more than some energy: what explanations cost or gain is
 * seen at equal energy only.
 */
public final class AtEnergy {
  private AtEnergy() {}

  /** The least loss; absent where nothing takes so little energy. */
  public static Optional<Assignment> leastLoss(Problem p, Prediction q, double picojoules) {
    Knapsack.Costs noise = q.scores().tangentFor(1).costs();
    return solve(p, noise, picojoules, noise, Double.POSITIVE_INFINITY);
  }

  /**
   * The least change of heat maps.
   *
   * @param maps how far they move
   * @param loss of accuracy, at most
   */
  static Optional<Assignment> leastChange(
      Problem p, Prediction q, Damage maps, double picojoules, double loss) {
    double most = q.noiseFor(loss);
    Damage.Tangent noise = q.scores().tangentFor(most);
    double accurate = leastLoss(p, q, picojoules).map(maps::forward).orElse(0.0);
    return maps.solve(
        maps.tangent(accurate),
        Comparator.comparingDouble(maps::of),
        line -> solve(p, line.costs(), picojoules, noise.costs(), most - noise.rest()));
  }

  /**
   * What keeps heat maps best, by measurement: of the one that loses least and of those that change
   * maps least by each power that {@link Damage} may have, which few networks tell only roughly.
   * Absent where nothing takes so little energy.
   *
   * @param more accuracy that may be lost than the one that loses least does, as a share
   */
  public static Optional<Evaluation> mostFaithful(
      Problem p, Prediction q, double picojoules, double more) {
    Optional<Evaluation> accurate = leastLoss(p, q, picojoules).map(p::measure);
    return accurate.flatMap(a -> {
      double predicted = q.loss(a.assignment()) + more;
      double measured = a.measured().loss() + more;
      Stream<Assignment> others =
          q.maps().ofEachPower().stream()
              .flatMap(maps -> leastChange(p, q, maps, picojoules, predicted).stream());
      return Stream.concat(Stream.of(a.assignment()), others)
          .distinct()
          .map(p::measure)
          .filter(e -> e.measured().loss() <= measured)
          .max(Comparator.comparingDouble(e -> e.measured().fidelity()));
    });
  }

  /** A knapsack of energy; what each layer takes at least is given away before. */
  private static Optional<Assignment> solve(
      Problem p, Knapsack.Costs spoils, double picojoules, Knapsack.Costs limited, double limit) {
    double[][] energy = p.energies().picojoules();
    double budget = picojoules - p.energies().rest().corrected().totalPicojoules();
    for (double[] layer : energy) {
      double least = Arrays.stream(layer).min().orElse(0);
      budget -= least;
      Arrays.setAll(layer, c -> layer[c] - least);
    }
    return budget > 0 && limit > 0
        ? Knapsack.solve(spoils, Knapsack.Costs.of(energy), limited, budget, limit)
            .map(Assignment::of)
        : Optional.empty();
  }
}
