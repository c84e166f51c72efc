package whyc.assign;

import java.util.Arrays;
import java.util.Optional;

/**
 * One choice for each layer, with least value, within two budgets: a multiple-choice knapsack,
 * solved exactly for costs in whole steps of a budget (Kellerer, Pferschy and Pisinger 2004,
 * Knapsack Problems, section 11.5).
 *
 * <pre>{@code
 * best[i][s][t] = min over c of value[i][c] + best[i-1][s - ceil(loss[i][c])][t - ceil(change[i][c])]
 * }</pre>
 *
 * The first layer whose choice is not 0 may cost something once: before it there is only one way,
 * so that {@code best} needs to know of nothing but what comes behind.
 *
 * <p>Costs are rounded up to steps, so what is found keeps the budgets; what was given away is at
 * most a step for each layer that costs anything.
 */
public final class Knapsack {
  static final int LOSS_STEPS = 1000;
  static final int CHANGE_STEPS = 250;

  private final Costs value;
  private final Steps loss;
  private final Steps change;

  private Knapsack(Costs value, Steps loss, Steps change) {
    this.value = value;
    this.loss = loss;
    this.change = change;
  }

  /**
   * What choices cost.
   *
   * @param each of each layer and choice, at least 0
   * @param first what the first layer adds whose choice is not 0, by layer, at least 0
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  record Costs(double[][] each, double[] first) {

    /** Without anything that is added once. */
    static Costs of(double[][] each) {
      return new Costs(each, new double[each.length]);
    }

    private static Costs none(Costs like) {
      return of(
          Arrays.stream(like.each).map(row -> new double[row.length]).toArray(double[][]::new));
    }

    private Steps steps(double budget, int most) {
      return new Steps(
          Arrays.stream(each).map(row -> steps(row, budget, most)).toArray(int[][]::new),
          steps(first, budget, most),
          most);
    }

    private static int[] steps(double[] costs, double budget, int most) {
      return Arrays.stream(costs)
          .mapToInt(c -> most == 0 ? 0 : (int) Math.min(most + 1.0, Math.ceil(c / budget * most)))
          .toArray();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Steps(int[][] each, int[] first, int most) {}

  /** Layers so far of which none has another choice than 0. */
  private record Untouched(double value, int loss, int change) {}

  /**
   * The choices of least value; absent where none keep the budgets.
   *
   * @param lossBudget above 0
   * @param changeBudget above 0; infinite where it does not count
   */
  static Optional<int[]> solve(
      Costs value, Costs loss, Costs change, double lossBudget, double changeBudget) {
    int changeSteps = Double.isInfinite(changeBudget) ? 0 : CHANGE_STEPS;
    return new Knapsack(
            value, loss.steps(lossBudget, LOSS_STEPS), change.steps(changeBudget, changeSteps))
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
    Costs value = Costs.of(energy);
    return solve(value, Costs.of(loss), Costs.none(value), lossBudget, Double.POSITIVE_INFINITY);
  }

  private Optional<int[]> solve() {
    int layers = value.each.length;
    int states = (loss.most + 1) * (change.most + 1);
    double[] best = new double[states]; // within so many steps of both, not of exactly so many
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    byte[][] chosen = new byte[layers][states];
    Untouched before = new Untouched(0, 0, 0);
    for (int i = 0; i < layers; i++) {
      double[] next = new double[states];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      for (int c = 0; c < value.each[i].length; c++) {
        extend(best, next, chosen[i], i, c);
        if (c > 0) {
          begin(before, next, chosen[i], i, c);
        }
      }
      before = untouched(before, i);
      best = next;
    }
    boolean none =
        before.loss <= loss.most
            && before.change <= change.most
            && before.value <= best[states - 1];
    return none
        ? Optional.of(new int[layers])
        : Double.isInfinite(best[states - 1]) ? Optional.empty() : Optional.of(path(chosen));
  }

  private Untouched untouched(Untouched before, int layer) {
    return new Untouched(
        before.value + value.each[layer][0],
        before.loss + loss.each[layer][0],
        before.change + change.each[layer][0]);
  }

  private void extend(double[] best, double[] next, byte[] chosen, int layer, int choice) {
    int width = change.most + 1;
    int more = loss.each[layer][choice];
    int moved = change.each[layer][choice];
    for (int s = more; s <= loss.most; s++) {
      int from = (s - more) * width - moved;
      for (int t = moved; t <= change.most; t++) {
        double v = best[from + t] + value.each[layer][choice];
        if (v < next[s * width + t]) {
          next[s * width + t] = v;
          chosen[s * width + t] = (byte) choice;
        }
      }
    }
  }

  /** The first choice that is not 0; it is marked by its complement. */
  private void begin(Untouched before, double[] next, byte[] chosen, int layer, int choice) {
    int width = change.most + 1;
    double v = before.value + value.each[layer][choice] + value.first[layer];
    int least = before.loss + loss.each[layer][choice] + loss.first[layer];
    int leastChange = before.change + change.each[layer][choice] + change.first[layer];
    for (int s = least; s <= loss.most; s++) {
      for (int t = leastChange; t <= change.most; t++) {
        if (v < next[s * width + t]) {
          next[s * width + t] = v;
          chosen[s * width + t] = (byte) ~choice;
        }
      }
    }
  }

  private int[] path(byte[][] chosen) {
    int[] path = new int[chosen.length];
    int s = loss.most;
    int t = change.most;
    for (int i = path.length - 1; i >= 0; i--) {
      int choice = chosen[i][s * (change.most + 1) + t];
      if (choice < 0) {
        path[i] = ~choice;
        return path;
      }
      path[i] = choice;
      s -= loss.each[i][choice];
      t -= change.each[i][choice];
    }
    return path;
  }
}
