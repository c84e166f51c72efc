package whyc.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import whyc.engine.RandomGraph;
import whyc.engine.jvm.Trial;
import whyc.engine.jvm.code.Lanes;

/**
 * Random graphs in the engine on the JVM, held against the operators' own evaluation, on one and on
 * two threads and for all widths of vectors that the machine has.
 */
final class FuzzBench {
  private FuzzBench() {}

  /** Prints every failure with its seed; returns how many there were. */
  static long run(long graphs, long seed, PrintStream out) {
    Lanes[] widths = Lanes.values();
    Trial[] trials = new Trial[2 * widths.length];
    for (int i = 0; i < trials.length; i++) {
      trials[i] = Trial.of(1 + i / widths.length, widths[i % widths.length]);
    }
    long failures = 0;
    long start = System.nanoTime();
    long next = start;
    for (long i = 0; i < graphs; i++) {
      failures += failed(seed + i, trials[(int) ((seed + i) % trials.length)], out) ? 1 : 0;
      if (System.nanoTime() > next || i == graphs - 1) {
        next = System.nanoTime() + 10_000_000_000L;
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
            Locale.ROOT,
            "%d graphs, the last of seed %d, %d failures, %.0f a second%n",
            i + 1,
            seed + i,
            failures,
            (i + 1) / seconds);
      }
    }
    for (Trial t : trials) {
      t.close();
    }
    return failures;
  }

  private static boolean failed(long seed, Trial trial, PrintStream out) {
    RandomGraph g = RandomGraph.of(seed);
    try {
      Optional<String> difference = trial.difference(g.graph(), g.inputs());
      difference.ifPresent(d -> out.printf("-Dseed=%d: %s%n%s%n", seed, d, g.graph()));
      return difference.isPresent();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      out.printf("-Dseed=%d: %s%n%s%n", seed, e, g.graph());
      e.printStackTrace(out);
      return true;
    }
  }
}
