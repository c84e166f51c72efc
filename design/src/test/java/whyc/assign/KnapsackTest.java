package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.assign.Knapsack.Costs;

class KnapsackTest {
  private static Optional<int[]> solve(
      double[][] energy, double[][] loss, double[][] change, double most, double mostChange) {
    return Knapsack.solve(Costs.of(energy), Costs.of(loss), Costs.of(change), most, mostChange);
  }

  /**
   * Two layers, two choices. Energies 10 or 4, and 10 or 3; losses 0 or 0.6, and 0 or 0.5: both
   * cheap ones lose 1.1 of 1, so the second layer alone is cheap: 13 is less than 14.
   */
  @Test
  void theCheaperOfTwoThatDoNotFitTogetherIsTaken() {
    double[][] energy = {{10, 4}, {10, 3}};
    double[][] loss = {{0, 0.6}, {0, 0.5}};
    double[][] change = {{0, 0}, {0, 0}};
    assertThat(solve(energy, loss, change, 1, Double.POSITIVE_INFINITY).orElseThrow())
        .containsExactly(0, 1);
    assertThat(solve(energy, loss, change, 1.2, Double.POSITIVE_INFINITY).orElseThrow())
        .containsExactly(1, 1);
  }

  @Test
  void nothingFitsWhereEveryChoiceCostsTooMuch() {
    double[][] two = {{2}};
    assertThat(solve(two, two, two, 1, 1)).isEmpty();
  }

  /** Costs in whole steps, so that rounding up gives nothing away and all choices can be tried. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theBestOfAllChoicesIsFound(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int layers = 6;
    int choices = 3;
    double[][] energy = new double[layers][choices];
    double[][] loss = new double[layers][choices];
    double[][] change = new double[layers][choices];
    for (int l = 0; l < layers; l++) {
      for (int c = 0; c < choices; c++) {
        energy[l][c] = random.nextDouble(1, 10);
        loss[l][c] = random.nextInt(Knapsack.LOSS_STEPS / 2);
        change[l][c] = random.nextInt(Knapsack.CHANGE_STEPS / 2);
      }
    }
    Costs energies = new Costs(energy, first(random, layers, 10));
    Costs losses = new Costs(loss, first(random, layers, Knapsack.LOSS_STEPS / 3));
    Costs changes = new Costs(change, first(random, layers, Knapsack.CHANGE_STEPS / 3));
    Optional<int[]> solved =
        Knapsack.solve(energies, losses, changes, Knapsack.LOSS_STEPS, Knapsack.CHANGE_STEPS);
    double least = least(energies, losses, changes);
    assertThat(solved.map(path -> sum(energies, path)).orElse(Double.POSITIVE_INFINITY))
        .isCloseTo(least, within(1e-9));
  }

  private static double[] first(SplittableRandom random, int layers, int most) {
    return random.ints(layers, 0, most).asDoubleStream().toArray();
  }

  /** Whoever begins pays 3: the second layer is left as it is, unless the first one is not. */
  @Test
  void whatIsPaidOnceIsPaidByTheFirst() {
    Costs energy = Costs.of(new double[][] {{10, 4}, {10, 8}});
    Costs loss = new Costs(new double[][] {{0, 1}, {0, 1}}, new double[] {3, 3});
    Costs none = Costs.of(new double[2][2]);
    assertThat(Knapsack.solve(energy, loss, none, 5, Double.POSITIVE_INFINITY).orElseThrow())
        .containsExactly(1, 1);
    assertThat(Knapsack.solve(energy, loss, none, 4.5, Double.POSITIVE_INFINITY).orElseThrow())
        .containsExactly(1, 0);
    assertThat(Knapsack.solve(energy, loss, none, 3.5, Double.POSITIVE_INFINITY).orElseThrow())
        .containsExactly(0, 0);
  }

  private static double least(Costs energy, Costs loss, Costs change) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 729; i++) {
      int[] path = new int[6];
      for (int l = 0, rest = i; l < 6; l++, rest /= 3) {
        path[l] = rest % 3;
      }
      if (sum(loss, path) <= Knapsack.LOSS_STEPS && sum(change, path) <= Knapsack.CHANGE_STEPS) {
        least = Math.min(least, sum(energy, path));
      }
    }
    return least;
  }

  private static double sum(Costs costs, int[] path) {
    double sum = 0;
    boolean begun = false;
    for (int l = 0; l < path.length; l++) {
      sum += costs.each()[l][path[l]];
      sum += path[l] != 0 && !begun ? costs.first()[l] : 0;
      begun |= path[l] != 0;
    }
    return sum;
  }
}
