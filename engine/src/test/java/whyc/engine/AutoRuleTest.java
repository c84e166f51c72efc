package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** When programs move, by a clock that runs of programs turn. */
@Timeout(60)
final class AutoRuleTest {
  private static final long SECOND = 1_000_000_000L;

  private final Turned clock = new Turned();
  private final AtomicInteger prepared = new AtomicInteger();

  /** Time passes where somebody takes it. */
  private static final class Turned implements Clock {
    private final AtomicLong now = new AtomicLong(-5 * SECOND);
    private final List<Long> rests = Collections.synchronizedList(new ArrayList<>());

    @Override
    public long nanos() {
      return now.get();
    }

    @Override
    public void rest(long nanos) {
      now.addAndGet(nanos);
      rests.add(nanos);
    }
  }

  /** Gives back what it is given, in a time that depends on the number of the run, from 0 on. */
  private final class Timed implements Program {
    private final String name;
    private final IntToLongFunction nanos;
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    Timed(String name, IntToLongFunction nanos) {
      this.name = name;
      this.nanos = nanos;
    }

    @Override
    public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs) {
      clock.now.addAndGet(nanos.applyAsLong(runs.getAndIncrement()));
      SequencedMap<String, Tensor> answer = new LinkedHashMap<>();
      outputs.forEach(o -> answer.put(o, inputs.values().iterator().next()));
      return answer;
    }

    @Override
    public String engine() {
      return name;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private AutoProgram program(Timed first, Timed second) {
    return new AutoProgram(
        first,
        () -> {
          prepared.incrementAndGet();
          return second;
        },
        AutoEngine.Moving.USUAL,
        clock);
  }

  private static void ask(Program p, int images, int times) {
    for (int i = 0; i < times; i++) {
      p.run(Map.of("x", Tensor.of(Shape.of(images), new float[images])), Set.of("y"));
    }
  }

  @Test
  void theOtherIsPreparedWhenTheFirstHasTakenAHundredSecondsForOneForm()
      throws InterruptedException {
    Timed first = new Timed("first", run -> SECOND);
    Timed second = new Timed("second", run -> 2 * SECOND);
    try (AutoProgram p = program(first, second)) {
      ask(p, 1, 99);
      ask(p, 2, 99);
      clock.now.addAndGet(1000 * SECOND);
      ask(p, 3, 1);
      assertThat(prepared).hasValue(0);
      ask(p, 1, 1);
      second.closed.await();
      assertThat(prepared).hasValue(1);
      ask(p, 1, 50);
      ask(p, 2, 50);
    }
    assertThat(prepared).hasValue(1);
  }

  /**
   * Runs of the other take 8, 4, 2 and then 1 second. It is warm when ten in a row are about as
   * fast: 13 runs, each with a rest behind it. Then one tells whether answers agree, and three
   * whether it is faster, without rests.
   */
  @Test
  void theOtherRestsAsLongAsItWorks() throws InterruptedException {
    Timed first = new Timed("first", run -> SECOND / 2);
    Timed second = new Timed("second", run -> run < 3 ? (8 >> run) * SECOND : SECOND);
    try (AutoProgram p = program(first, second)) {
      ask(p, 1, 200);
      second.closed.await();
      List<Long> expected = new ArrayList<>(List.of(8 * SECOND, 4 * SECOND, 2 * SECOND));
      expected.addAll(Collections.nCopies(10, SECOND));
      assertThat(clock.rests).isEqualTo(expected);
      assertThat(second.runs).hasValue(13 + 1 + 3);
      assertThat(first.runs).hasValue(200 + 3);
    }
  }

  /** 12 + 12 + 10.8 + 10.8 + 9.72 + 9.72 seconds are above the sixty that there are. */
  @Test
  void whatGetsFasterForEverIsWarmWhenItsTimeIsOver() throws InterruptedException {
    Timed first = new Timed("first", run -> SECOND / 2);
    Timed second = new Timed("second", run -> (long) (12 * SECOND * Math.pow(0.9, run)));
    try (AutoProgram p = program(first, second)) {
      ask(p, 1, 200);
      second.closed.await();
      assertThat(clock.rests).hasSize(3);
    }
  }
}
