package whyc.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * Measures several pieces of work in turn, round by round, so that a machine whose speed drifts
 * gives the same ratios. Each piece of work tells its own time, in milliseconds.
 */
final class Rounds {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int LEAST = 7;
  private final double[][] times;

  private Rounds(double[][] times) {
    this.times = times;
  }

  /**
   * Runs rounds until the time is up, and at least {@value #LEAST} of them, after others that do
   * not count.
   *
   * @param warmUp seconds of those
   */
  static Rounds measure(List<DoubleSupplier> work, double warmUp, double seconds) {
    times(work, warmUp);
    return new Rounds(times(work, seconds));
  }

  private static double[][] times(List<DoubleSupplier> work, double seconds) {
    List<double[]> rounds = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (rounds.size() < LEAST || System.nanoTime() < end) {
      rounds.add(work.stream().mapToDouble(DoubleSupplier::getAsDouble).toArray());
    }
    return rounds.toArray(double[][]::new);
  }

  /**
   * Work by the calling thread's own processor time, which other processes do not add to; it must
   * stay on that thread.
   */
  static DoubleSupplier onOneThread(Runnable work) {
    return () -> {
      long before = THREADS.getCurrentThreadCpuTime();
      work.run();
      return (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
    };
  }

  /** Work by wall time. */
  static DoubleSupplier onManyThreads(Runnable work) {
    return () -> {
      long before = System.nanoTime();
      work.run();
      return (System.nanoTime() - before) / 1e6;
    };
  }

  int count() {
    return times.length;
  }

  /**
   * What was found of one number over the rounds.
   *
   * @param low and high the quartiles
   */
  record Spread(double median, double low, double high) {
    private static Spread of(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int n = sorted.length;
      return new Spread(sorted[n / 2], sorted[n / 4], sorted[n * 3 / 4]);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "**%.2f** (%.2f to %.2f)", median, low, high);
    }
  }

  /** Milliseconds of a piece of work. */
  Spread time(int work) {
    return Spread.of(Arrays.stream(times).mapToDouble(t -> t[work]).toArray());
  }

  double median(int work) {
    return time(work).median();
  }

  /** Of two pieces of work within a round. */
  Spread ratio(int above, int below) {
    return Spread.of(Arrays.stream(times).mapToDouble(t -> t[above] / t[below]).toArray());
  }
}
