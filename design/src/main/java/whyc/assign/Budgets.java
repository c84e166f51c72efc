package whyc.assign;

/**
 * What an approximation may cost in quality.
 *
 * @param loss of accuracy against the exact network in integers, as a share: 0.01 is a point
 * @param fidelity of heat maps at least: 0 where they do not count
 */
public record Budgets(double loss, double fidelity) {
  /** Whether a measured network keeps them. */
  public boolean keeps(Measured m) {
    return m.loss() <= loss && m.fidelity() >= fidelity;
  }

  /** How far beyond the budgets a network is: 0 where it keeps them. */
  double excess(Measured m) {
    return Math.max(0, m.loss() - loss) + Math.max(0, fidelity - m.fidelity());
  }
}
