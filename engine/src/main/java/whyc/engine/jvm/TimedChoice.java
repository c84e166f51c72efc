package whyc.engine.jvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.schedule.Storage.Room;

/**
 * Chooses what is the fastest on this machine: each candidate runs on the step's own shapes, after
 * it is compiled, with caches as cold as between other steps. A step like one that was timed before
 * is not timed again, by any program.
 */
final class TimedChoice implements Choice {
  /** Part of every key, to be raised when kernels change. */
  private static final int VERSION = 1;

  /** Candidates that are estimated to take more than so many times the best one's time. */
  private static final double HOPELESS = 2.5;

  /** A candidate's run that takes longer than this many estimates may not be compiled yet. */
  private static final double SLOW = 4;

  /** What another candidate takes of the time of the rule's, to be preferred: less is noise. */
  private static final double CLEARLY = 0.95;

  private static final long MILLISECOND = 1_000_000;
  private static final long WARM_UP = 500 * MILLISECOND;
  private static final long TIMING = 60 * MILLISECOND;
  private static final int LEAST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 31;

  /** For all steps of a program; what is left then is chosen by rule. */
  private static final long BUDGET = 10_000 * MILLISECOND;

  /** What is written between runs where a program's weights do not stay in caches. */
  private static final int OTHERS = 16 << 20;

  private final Workers workers;
  private final Timings timings;
  private final Rehearsal rehearsal = new Rehearsal();
  private long spent;

  TimedChoice(Workers workers, Timings timings) {
    this.workers = workers;
    this.timings = timings;
  }

  @Override
  public Candidate of(Arrangement a, Step step, List<Candidate> candidates) {
    Candidate ruled = RULE.of(a, step, candidates);
    List<Candidate> near =
        candidates.stream().filter(c -> c.nanoseconds() < HOPELESS * ruled.nanoseconds()).toList();
    String key = key(a, step, near);
    OptionalInt known = timings.get(key);
    if (known.isPresent() && known.getAsInt() < near.size()) {
      return near.get(known.getAsInt());
    }
    if (near.size() == 1 || spent > BUDGET) {
      return ruled;
    }
    long start = System.nanoTime();
    int fastest = fastest(a, step, near, near.indexOf(ruled));
    spent += System.nanoTime() - start;
    timings.put(key, fastest);
    return near.get(fastest);
  }

  /** All that the time depends on, of which equal steps have equal. */
  private String key(Arrangement a, Step step, List<Candidate> candidates) {
    List<String> parts = new ArrayList<>();
    parts.add("%d %s %s".formatted(VERSION, Machine.NAME, Runtime.version()));
    parts.add("%s %d".formatted(a.lanes(), workers.count()));
    parts.add("%s".formatted(a.weightBandwidth()));
    for (Value line : step.lines()) {
      parts.add(a.graph().node(line).op().toString());
    }
    for (Value v : Stream.concat(step.operands().stream(), step.results().stream()).toList()) {
      parts.add(a.isConstant(v) ? a.graph().type(v).toString() : a.layout(v) + " " + a.bank(v));
    }
    for (Candidate c : candidates) {
      parts.add(c.recipe().apply(new Weights()).name());
    }
    return String.join("\n", parts);
  }

  /** The processor's name, where the system tells it. */
  private static final class Machine {
    private static final String NAME = name();

    private static String name() {
      try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
        return lines.filter(l -> l.startsWith("model")).limit(2).toList().toString();
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
  }

  /** By the shortest run: what else the machine does only makes runs longer. */
  private int fastest(Arrangement a, Step step, List<Candidate> candidates, int ruled) {
    List<Trial> trials = new ArrayList<>();
    for (Candidate c : candidates) {
      Trial t = Trial.of(a, step, c);
      rehearsal.of(t.kernels, t.banks, 1);
      warmUp(t, c.nanoseconds());
      trials.add(t);
    }
    float[] others = new float[a.weightsFillCaches() ? OTHERS : 0];
    long[] least = new long[trials.size()];
    Arrays.fill(least, Long.MAX_VALUE);
    long end = System.nanoTime() + TIMING;
    for (int r = 0; r < MOST_ROUNDS && (r < LEAST_ROUNDS || System.nanoTime() < end); r++) {
      for (int i = 0; i < least.length; i++) {
        Arrays.fill(others, r);
        least[i] = Math.min(least[i], time(trials.get(i)));
      }
    }
    int fastest = ruled;
    for (int i = 0; i < least.length; i++) {
      if (least[i] < least[fastest] && least[i] < CLEARLY * least[ruled]) {
        fastest = i;
      }
    }
    return fastest;
  }

  /** Runs until it gets no faster, and as long as it is so slow that it can not be compiled. */
  private void warmUp(Trial t, double estimate) {
    long end = System.nanoTime() + WARM_UP;
    long best = Long.MAX_VALUE;
    int since = 0;
    while (System.nanoTime() < end && (since < LEAST_ROUNDS || best > SLOW * estimate)) {
      long time = time(t);
      since = time < best ? 0 : since + 1;
      best = Math.min(best, time);
    }
  }

  private long time(Trial t) {
    synchronized (workers) {
      long start = System.nanoTime();
      for (Kernel k : t.kernels) {
        workers.run(k, t.banks);
      }
      return System.nanoTime() - start;
    }
  }

  /** A candidate with an arena that holds this step only, and weights that are zero. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Trial(Kernel[] kernels, Banks banks) {
    static Trial of(Arrangement a, Step step, Candidate candidate) {
      Weights weights = new Weights();
      Recipe recipe = candidate.recipe().apply(weights);
      Map<Value, Integer> offsets = new HashMap<>();
      Map<String, Integer> extents = new HashMap<>(Map.of(ArenaStorage.VALUES, Weights.LEAD));
      for (Value v : Stream.concat(step.operands().stream(), step.results().stream()).toList()) {
        if (!a.isConstant(v)) {
          Room room = new ArenaStorage(a, s -> recipe).room(v);
          offsets.put(v, extents.getOrDefault(room.memory(), 0));
          extents.merge(room.memory(), Math.toIntExact(room.size()), Math::addExact);
        }
      }
      int scratch = extents.getOrDefault(ArenaStorage.VALUES, Weights.LEAD);
      Kernel kernel = recipe.bind(new Offsets(offsets, scratch));
      Banks banks =
          new Banks(
              new float[scratch + recipe.scratch() + Weights.SLACK],
              new short[extents.getOrDefault(ArenaStorage.BITS, 0)],
              new long[extents.getOrDefault(ArenaStorage.INTEGERS, 0)],
              weights.blank());
      return new Trial(
          Stream.concat(Stream.of(kernel), kernel.followers().stream()).toArray(Kernel[]::new),
          banks);
    }
  }
}
