package whyc.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A program that moves from one engine to another. The other is asked the same question in the
 * background until it is warm, and rests as long as it computes, since the first works on the same
 * processors. Then both answer in turn while nobody else asks; the other takes over questions of
 * that form if it is faster and its answer is the same. Whatever goes wrong there is nobody's
 * concern: the first goes on computing.
 */
final class AutoProgram implements Program {
  /**
   * How far the answers of two engines in single precision may lie apart, relative L2. Scores agree
   * to 1e-5; a ReLU that falls to the other side moves a gradient by some thousandths.
   */
  private static final double AGREEMENT = 1e-2;

  /** A run that is no faster than this part of the best so far was no progress. */
  private static final double PROGRESS = 0.97;

  /** Runs without progress after which an engine is warm. */
  private static final int STEADY_RUNS = 10;

  /** Runs of each engine when they are compared; a program's questions wait as long. */
  private static final int COMPARED_RUNS = 3;

  private final Program first;
  private final Supplier<Program> preparing;
  private final AutoEngine.Moving moving;
  private final Clock clock;

  /** Nanoseconds that questions of a form have taken on the first engine. */
  private final Map<Form, Long> spent = new HashMap<>();

  /** Runs that are to come; negative where nobody knows. */
  private long expected = -1;

  /** Nanoseconds of the shortest run so far but for the first, which is longer than others. */
  private OptionalLong shortest = OptionalLong.empty();

  private boolean asked;

  /** The form whose questions the second engine answers. */
  private volatile @Nullable Form moved;

  private volatile boolean closed;
  private @Nullable Program second;
  private Optional<Thread> background = Optional.empty();
  private String last;

  /** What decides how long a run takes. */
  private record Form(Map<String, TensorType> inputs, Set<String> outputs) {
    static Form of(Map<String, Tensor> inputs, Set<String> outputs) {
      return new Form(
          inputs.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().type())),
          Set.copyOf(outputs));
    }
  }

  /** A question with the first engine's answer. */
  private record Answered(
      Map<String, Tensor> inputs, Set<String> outputs, Map<String, Tensor> answer) {}

  AutoProgram(Program first, Supplier<Program> preparing, AutoEngine.Moving moving, Clock clock) {
    this.clock = clock;
    this.first = first;
    this.preparing = preparing;
    this.moving = moving;
    this.last = first.engine();
  }

  @Override
  public synchronized SequencedMap<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> outputs) {
    Form form = Form.of(inputs, outputs);
    if (form.equals(moved)) {
      Optional<SequencedMap<String, Tensor>> answer = onSecond(inputs, outputs);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    long start = clock.nanos();
    SequencedMap<String, Tensor> answer = first.run(inputs, outputs);
    long took = clock.nanos() - start;
    last = first.engine();
    if (background.isEmpty() && coming(form, took) >= moving.startNanos()) {
      background = Optional.of(start(form, new Answered(inputs, outputs, answer)));
    }
    return answer;
  }

  /** Work that is to come, in nanoseconds: where nobody knows, as much as there was. */
  private long coming(Form form, long took) {
    long all = spent.merge(form, took, Long::sum);
    if (asked) {
      shortest = OptionalLong.of(Math.min(shortest.orElse(took), took));
    }
    asked = true;
    if (expected < 0) {
      return all;
    }
    expected = Math.max(0, expected - 1);
    return expected * shortest.orElse(0);
  }

  @Override
  public synchronized void expect(long runs) {
    expected = Math.max(0, runs);
  }

  /** Absent where the second engine fails, which is then asked no more. */
  private Optional<SequencedMap<String, Tensor>> onSecond(
      Map<String, Tensor> inputs, Set<String> outputs) {
    Program p = second;
    if (p == null) {
      return Optional.empty();
    }
    try {
      SequencedMap<String, Tensor> answer = p.run(inputs, outputs);
      last = p.engine();
      return Optional.of(answer);
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      moved = null;
      return Optional.empty();
    }
  }

  private Thread start(Form form, Answered question) {
    Thread t = new Thread(() -> prepare(form, question), "whyc-warming");
    t.setDaemon(true);
    t.start();
    return t;
  }

  private void prepare(Form form, Answered question) {
    long deadline = clock.nanos() + moving.budgetNanos();
    try {
      Program candidate = preparing.get();
      if (isBetter(candidate, question, deadline)) {
        second = candidate;
        moved = form;
      } else {
        candidate.close();
      }
    } catch (RuntimeException | Error e) {
      // What the second engine refuses, or fails at, the first goes on computing.
      return;
    }
  }

  private boolean isBetter(Program candidate, Answered question, long deadline) {
    try {
      warm(candidate, question, deadline);
      return !closed
          && agree(candidate.run(question.inputs(), question.outputs()), question.answer())
          && isFaster(candidate, question);
    } catch (InterruptedException | RuntimeException | Error e) {
      return false;
    }
  }

  /** Runs until runs get no faster, half of the time. */
  private void warm(Program candidate, Answered question, long deadline)
      throws InterruptedException {
    long best = Long.MAX_VALUE;
    for (int idle = 0; idle < STEADY_RUNS && clock.nanos() < deadline && !closed; idle++) {
      long took = time(candidate, question);
      if (took < best * PROGRESS) {
        idle = 0;
      }
      best = Math.min(best, took);
      clock.rest(took);
    }
  }

  /** Both in turn, while no question of this program is answered. */
  private synchronized boolean isFaster(Program candidate, Answered question) {
    long own = Long.MAX_VALUE;
    long other = Long.MAX_VALUE;
    for (int i = 0; i < COMPARED_RUNS && !closed; i++) {
      own = Math.min(own, time(first, question));
      other = Math.min(other, time(candidate, question));
    }
    return other < own;
  }

  private long time(Program p, Answered question) {
    long start = clock.nanos();
    p.run(question.inputs(), question.outputs());
    return clock.nanos() - start;
  }

  private static boolean agree(Map<String, Tensor> found, Map<String, Tensor> expected) {
    for (Map.Entry<String, Tensor> e : expected.entrySet()) {
      Tensor t = found.get(e.getKey());
      boolean same = t != null && distance(t, e.getValue()) <= AGREEMENT;
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static double distance(Tensor a, Tensor b) {
    if (!a.type().equals(b.type())) {
      return Double.POSITIVE_INFINITY;
    }
    double distance = 0;
    double length = 0;
    for (int i = 0; i < b.size(); i++) {
      double d = a.at(i) - b.at(i);
      distance += d * d;
      length += b.at(i) * b.at(i);
    }
    return length == 0 ? distance : Math.sqrt(distance / length);
  }

  @Override
  public String engine() {
    return last;
  }

  /** Ends what runs in the background, which holds memory of its own. */
  @Override
  public void close() {
    closed = true;
    background.ifPresent(AutoProgram::end);
    Program p = second;
    if (p != null) {
      p.close();
    }
    first.close();
  }

  private static void end(Thread t) {
    t.interrupt();
    boolean interrupted = false;
    while (t.isAlive()) {
      try {
        t.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
