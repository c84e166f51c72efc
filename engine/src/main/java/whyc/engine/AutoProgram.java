package whyc.engine;

import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import whyc.tensor.Tensor;

/**
 * A program that moves from one engine to another. The other is asked the same question in the
 * background until it is warm; it takes over if it is faster and its answer is the same.
 */
final class AutoProgram implements Program {
  /** How far the answers of two engines in single precision may lie apart, relative L2. */
  private static final double AGREEMENT = 1e-3;

  /** A run that is no faster than this part of the best so far was no progress. */
  private static final double PROGRESS = 0.97;

  /** Runs without progress after which an engine is warm. */
  private static final int STEADY_RUNS = 10;

  private final Program first;
  private final Supplier<Program> preparing;
  private final AutoEngine.Moving moving;
  private volatile Optional<Program> second = Optional.empty();
  private volatile boolean closed;
  private Optional<Thread> background = Optional.empty();
  private long spent;
  private long bestOfFirst = Long.MAX_VALUE;
  private String last;

  AutoProgram(Program first, Supplier<Program> preparing, AutoEngine.Moving moving) {
    this.first = first;
    this.preparing = preparing;
    this.moving = moving;
    this.last = first.engine();
  }

  @Override
  public synchronized SequencedMap<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> outputs) {
    Optional<Program> ready = second;
    if (ready.isPresent()) {
      last = ready.get().engine();
      return ready.get().run(inputs, outputs);
    }
    long start = System.nanoTime();
    SequencedMap<String, Tensor> results = first.run(inputs, outputs);
    long took = System.nanoTime() - start;
    last = first.engine();
    spent += took;
    bestOfFirst = Math.min(bestOfFirst, took);
    if (background.isEmpty() && spent >= moving.startNanos()) {
      background = Optional.of(start(inputs, outputs, results, bestOfFirst));
    }
    return results;
  }

  private Thread start(
      Map<String, Tensor> inputs, Set<String> outputs, Map<String, Tensor> expected, long toBeat) {
    Thread t = new Thread(() -> prepare(inputs, outputs, expected, toBeat), "whyc-warming");
    t.setDaemon(true);
    t.setPriority(Thread.MIN_PRIORITY);
    t.start();
    return t;
  }

  private void prepare(
      Map<String, Tensor> inputs, Set<String> outputs, Map<String, Tensor> expected, long toBeat) {
    long deadline = System.nanoTime() + moving.budgetNanos();
    Program candidate;
    try {
      candidate = preparing.get();
    } catch (IllegalArgumentException | IllegalStateException e) {
      // What the second engine refuses the first goes on computing.
      return;
    }
    boolean better = false;
    try {
      better =
          warm(candidate, inputs, outputs, deadline) < toBeat
              && agrees(candidate.run(inputs, outputs), expected);
    } catch (IllegalArgumentException | IllegalStateException e) {
      better = false;
    } finally {
      if (better && !closed) {
        second = Optional.of(candidate);
      } else {
        candidate.close();
      }
    }
  }

  /** Runs until runs get no faster; the fastest, in nanoseconds. */
  private long warm(
      Program candidate, Map<String, Tensor> inputs, Set<String> outputs, long deadline) {
    long best = Long.MAX_VALUE;
    for (int idle = 0; idle < STEADY_RUNS && System.nanoTime() < deadline && !closed; idle++) {
      long start = System.nanoTime();
      candidate.run(inputs, outputs);
      long took = System.nanoTime() - start;
      if (took < best * PROGRESS) {
        idle = 0;
      }
      best = Math.min(best, took);
    }
    return best;
  }

  private static boolean agrees(Map<String, Tensor> found, Map<String, Tensor> expected) {
    return expected.entrySet().stream()
        .allMatch(e -> distance(found.get(e.getKey()), e.getValue()) <= AGREEMENT);
  }

  private static double distance(Tensor a, Tensor b) {
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

  /** Waits for what runs in the background, which holds memory of its own. */
  @Override
  public void close() {
    closed = true;
    background.ifPresent(AutoProgram::join);
    second.ifPresent(Program::close);
    first.close();
  }

  private static void join(Thread t) {
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
