package whyc.assign;

import java.util.Arrays;
import java.util.Optional;

/**
 * One choice for each layer, with least energy, within two budgets: a multiple-choice knapsack,
 * solved exactly for costs in whole steps of a budget (Kellerer, Pferschy and Pisinger 2004,
 * Knapsack Problems, section 11.5).
 *
 * <pre>{@code
 * best[i][s][t] = min over c of energy[i][c] + best[i-1][s - ceil(loss[i][c])][t - ceil(change[i][c])]
 * }</pre>
 *
 * Costs are rounded up to steps, so what is found keeps the budgets; what was given away is at most
 * a step for each layer that costs anything.
 */
public final class Knapsack {
  static final int LOSS_STEPS = 1000;
  static final int CHANGE_STEPS = 250;

  private final double[][] energy;
  private final int[][] loss;
  private final int[][] change;
  private final int losses;
  private final int changes;

  private Knapsack(double[][] energy, int[][] loss, int[][] change, int losses, int changes) {
    this.energy = energy;
    this.loss = loss;
    this.change = change;
    this.losses = losses;
    this.changes = changes;
  }

  /**
   * The choices of least energy; absent where none keep the budgets.
   *
   * @param energy of each layer and choice
   * @param loss of each layer and choice, at least 0
   * @param change of each layer and choice, at least 0
   * @param lossBudget above 0
   * @param changeBudget above 0; infinite where it does not count
   */
  static Optional<int[]> solve(
      double[][] energy,
      double[][] loss,
      double[][] change,
      double lossBudget,
      double changeBudget) {
    int changeSteps = Double.isInfinite(changeBudget) ? 0 : CHANGE_STEPS;
    return new Knapsack(
            energy,
            steps(loss, lossBudget, LOSS_STEPS),
            steps(change, changeBudget, changeSteps),
            LOSS_STEPS,
            changeSteps)
        .solve();
  }

  /**
   * The choices of least energy within one budget; absent where none keep it.
   *
   * @param energy of each layer and choice
   * @param loss of each layer and choice, at least 0
   * @param lossBudget above 0
   */
  public static Optional<int[]> solve(double[][] energy, double[][] loss, double lossBudget) {
    double[][] none =
        Arrays.stream(energy).map(row -> new double[row.length]).toArray(double[][]::new);
    return solve(energy, loss, none, lossBudget, Double.POSITIVE_INFINITY);
  }

  private static int[][] steps(double[][] cost, double budget, int steps) {
    return Arrays.stream(cost)
        .map(row ->
            Arrays.stream(row)
                .mapToInt(c ->
                    steps == 0 ? 0 : (int) Math.min(steps + 1.0, Math.ceil(c / budget * steps)))
                .toArray())
        .toArray(int[][]::new);
  }

  private Optional<int[]> solve() {
    int states = (losses + 1) * (changes + 1);
    double[] best = new double[states]; // within so many steps of both, not of exactly so many
    byte[][] chosen = new byte[energy.length][];
    for (int i = 0; i < energy.length; i++) {
      double[] next = new double[states];
      chosen[i] = new byte[states];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      for (int c = 0; c < energy[i].length; c++) {
        extend(best, next, chosen[i], i, c);
      }
      best = next;
    }
    return Double.isInfinite(best[states - 1]) ? Optional.empty() : Optional.of(path(chosen));
  }

  private void extend(double[] best, double[] next, byte[] chosen, int layer, int choice) {
    int width = changes + 1;
    for (int s = loss[layer][choice]; s <= losses; s++) {
      int from = (s - loss[layer][choice]) * width - change[layer][choice];
      for (int t = change[layer][choice]; t <= changes; t++) {
        double e = best[from + t] + energy[layer][choice];
        if (e < next[s * width + t]) {
          next[s * width + t] = e;
          chosen[s * width + t] = (byte) choice;
        }
      }
    }
  }

  private int[] path(byte[][] chosen) {
    int[] path = new int[chosen.length];
    int s = losses;
    int t = changes;
    for (int i = path.length - 1; i >= 0; i--) {
      path[i] = chosen[i][s * (changes + 1) + t];
      s -= loss[i][path[i]];
      t -= change[i][path[i]];
    }
    return path;
  }
}
