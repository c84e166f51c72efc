package whyc.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Measures several pieces of work in turn, round by round, so that a machine whose speed drifts
 * gives the same ratios. Each piece of work tells its own time.
 */
final class Rounds {
  private static final int LEAST = 7;
  private final double[][] times;

  private Rounds(double[][] times) {
    this.times = times;
  }

  /** Runs rounds until the time is up, and at least {@value #LEAST} of them. */
  static Rounds measure(List<DoubleSupplier> work, double seconds) {
    List<double[]> rounds = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (rounds.size() < LEAST || System.nanoTime() < end) {
      rounds.add(work.stream().mapToDouble(DoubleSupplier::getAsDouble).toArray());
    }
    return new Rounds(rounds.toArray(double[][]::new));
  }

  int count() {
    return times.length;
  }

  /** Median milliseconds of a piece of work. */
  double median(int work) {
    return quantile(Arrays.stream(times).mapToDouble(t -> t[work]).toArray(), 0.5);
  }

  /**
   * Ratio of two pieces of work within a round.
   *
   * @param median over the rounds, low and high its quartiles
   */
  record Ratio(double median, double low, double high) {
    @Override
    public String toString() {
      return String.format(java.util.Locale.ROOT, "**%.2f** (%.2f to %.2f)", median, low, high);
    }
  }

  Ratio ratio(int above, int below) {
    double[] ratios = Arrays.stream(times).mapToDouble(t -> t[above] / t[below]).toArray();
    return new Ratio(quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75));
  }

  private static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  }
}
