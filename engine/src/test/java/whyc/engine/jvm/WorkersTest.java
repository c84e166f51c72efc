package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final Banks NONE =
      new Banks(new float[0], new short[0], new long[0], new float[0]);

  /** Counts how often each of its units is run. */
  private record Counting(AtomicIntegerArray counts) implements Kernel {
    @Override
    public int units() {
      return counts.length();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        counts.incrementAndGet(i);
      }
    }
  }

  /**
   * Kernels of few units and of many by turns: a worker that comes to the end of one while the next
   * is being set up must not take that for units of the last.
   */
  @Test
  void everyUnitRunsOnceBeforeTheNextKernelBegins() {
    Counting[] kernels = new Counting[6];
    Arrays.setAll(kernels, i -> new Counting(new AtomicIntegerArray(2 + i + i % 2 * 30)));
    try (Workers workers = new Workers(2)) {
      for (int i = 0; i < 2_000_000; i++) {
        AtomicIntegerArray counts = kernels[i % kernels.length].counts();
        workers.run(kernels[i % kernels.length], NONE);
        int runs = 1 + i / kernels.length;
        for (int unit = 0; unit < counts.length(); unit++) {
          if (counts.get(unit) != runs) {
            assertThat(counts.get(unit)).as("unit %d, kernel %d", unit, i).isEqualTo(runs);
          }
        }
      }
    }
  }

  @Test
  void whatAKernelThrowsEndsTheRunAndNotTheWorkers() {
    Kernel failing =
        new Kernel() {
          @Override
          public int units() {
            return 64;
          }

          @Override
          public void run(Banks banks, int from, int to) {
            throw new ArithmeticException("unit " + from);
          }
        };
    Counting counting = new Counting(new AtomicIntegerArray(64));
    try (Workers workers = new Workers(2)) {
      for (int i = 1; i <= 100; i++) {
        assertThatThrownBy(() -> workers.run(failing, NONE))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("unit");
        workers.run(counting, NONE);
        assertThat(counting.counts().get(63)).isEqualTo(i);
      }
    }
  }
}
