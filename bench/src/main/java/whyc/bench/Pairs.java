package whyc.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Measures two pieces of work in turn and compares each pair: so a machine whose speed drifts gives
 * the same ratio.
 *
 * <p>Time is the calling thread's own processor time, which other processes do not add to; work
 * must therefore stay on that thread.
 */
final class Pairs {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 3;

  private Pairs() {}

  /**
   * Medians, and the quartiles of the ratio.
   *
   * @param base milliseconds of the first piece of work
   * @param baseLow its lower quartile, baseHigh its upper one
   * @param other milliseconds of the second
   * @param ratio median of second / first within each pair
   */
  record Result(
      double base,
      double baseLow,
      double baseHigh,
      double other,
      double ratio,
      double lowRatio,
      double highRatio,
      int pairs) {}

  /** Runs pairs until the time is up, and at least 7 of them. */
  static Result measure(Runnable base, Runnable other, double seconds) {
    for (int i = 0; i < WARM_UP; i++) {
      base.run();
      other.run();
    }
    double[] bases = new double[10_000];
    double[] others = new double[bases.length];
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int n = 0;
    while (n < bases.length && (n < 7 || System.nanoTime() < end)) {
      bases[n] = milliseconds(base);
      others[n] = milliseconds(other);
      n++;
    }
    double[] ratios = new double[n];
    for (int i = 0; i < n; i++) {
      ratios[i] = others[i] / bases[i];
    }
    Arrays.sort(ratios);
    Arrays.sort(bases, 0, n);
    Arrays.sort(others, 0, n);
    return new Result(
        bases[n / 2],
        bases[n / 4],
        bases[n * 3 / 4],
        others[n / 2],
        ratios[n / 2],
        ratios[n / 4],
        ratios[n * 3 / 4],
        n);
  }

  private static double milliseconds(Runnable work) {
    long before = THREADS.getCurrentThreadCpuTime();
    work.run();
    return (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
  }
}
