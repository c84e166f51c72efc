package whyc.app.cli;

import java.util.Arrays;
import whyc.app.report.Timing;
import whyc.tensor.Tensor;

/** Measures what explanations add to a prediction: both programs in turn. */
record SideBySide(PlainModel plain, OnePass explained) {
  /** Runs that a median is taken of, at most, and the time they may take together. */
  private static final int MOST_RUNS = 3;

  private static final long BUDGET_NANOS = 60_000_000;

  /**
   * Runs both on the same images, after a run of each.
   *
   * @param first what the explained program's first run gave; later ones may be another engine's
   * @param threshold of pruned gradients
   */
  Timing measure(Tensor images, Results first, double threshold) {
    Results expected = plain.run(images);
    boolean unchanged =
        plain.classifier().model().graph().outputs().keySet().stream()
            .allMatch(o -> expected.of(o).equals(first.of(o)));
    double[] explainedMs = new double[MOST_RUNS];
    double[] plainMs = new double[MOST_RUNS];
    int runs = 0;
    for (long start = System.nanoTime();
        runs < 1 || (runs < MOST_RUNS && System.nanoTime() - start < BUDGET_NANOS);
        runs++) {
      explainedMs[runs] = milliseconds(() -> explained.run(images, threshold));
      plainMs[runs] = milliseconds(() -> plain.run(images));
    }
    int n = first.images();
    double inference = median(plainMs, runs) / n;
    double all = explained.isPlain() ? inference : median(explainedMs, runs) / n;
    return new Timing(inference, all, runs, n, explained.program().engine(), unchanged);
  }

  private static double milliseconds(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values, int n) {
    double[] sorted = Arrays.copyOf(values, n);
    Arrays.sort(sorted);
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }
}
