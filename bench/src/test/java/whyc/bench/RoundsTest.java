package whyc.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class RoundsTest {
  /**
   * Rounds 1 to 7 warm up, 8 to 14 count; the first work takes the round's number, the second twice
   * that, but in round 14 ten times.
   *
   * <pre>{@code
   * first   8 9 10 11 12 13 14      median 11, quartiles 9 and 13
   * ratio   2 2 2 2 2 2 10          median 2
   * }</pre>
   */
  @Test
  void mediansAndQuartilesByHand() {
    AtomicInteger round = new AtomicInteger();
    DoubleSupplier first = round::incrementAndGet;
    DoubleSupplier second = () -> round.get() * (round.get() == 14 ? 10 : 2);
    Rounds r = Rounds.measure(List.of(first, second), 0, 0);
    assertThat(r.count()).isEqualTo(7);
    assertThat(r.time(0)).isEqualTo(new Rounds.Spread(11, 9, 13));
    assertThat(r.median(1)).isEqualTo(22);
    assertThat(r.ratio(1, 0)).isEqualTo(new Rounds.Spread(2, 2, 2));
    assertThat(r.ratio(0, 1).median()).isEqualTo(0.5);
    assertThat(r.time(0)).hasToString("**11.00** (9.00 to 13.00)");
  }

  @Test
  void workIsDoneInTurn() {
    List<String> done = new ArrayList<>();
    Rounds.measure(List.of(work(done, "a"), work(done, "b"), work(done, "c")), 0, 0);
    assertThat(String.join("", done)).isEqualTo("abc".repeat(14));
  }

  private static DoubleSupplier work(List<String> done, String name) {
    return () -> {
      done.add(name);
      return 1;
    };
  }

  @Test
  void roundsGoOnUntilTheTimeIsUp() {
    long start = System.nanoTime();
    Rounds r = Rounds.measure(List.of(() -> 1), 0.02, 0.03);
    assertThat(System.nanoTime() - start).isGreaterThan(50_000_000L);
    assertThat(r.count()).isGreaterThan(7);
  }

  /** Sleep takes wall time and no processor's. */
  @Test
  void oneThreadIsTimedByItsProcessorAndManyByTheClock() {
    Runnable sleep =
        () -> {
          try {
            Thread.sleep(60);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    assertThat(Rounds.onManyThreads(sleep).getAsDouble()).isBetween(59.0, 6000.0);
    assertThat(Rounds.onOneThread(sleep).getAsDouble()).isBetween(0.0, 30.0);
  }
}
