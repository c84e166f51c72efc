package whyc.simulate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.accelerator.ManyCore;
import whyc.op.Value;
import whyc.simulate.Layer.Phase;

/**
 * Cores, network and memories over time, event by event.
 *
 * <p>A core takes a share as soon as it begins the one before, so that inputs and weights come
 * while it works; what does not fit into half of its input or weight memory streams in while it
 * works, and the share ends no sooner than its last byte. Results leave behind the lanes, beside
 * the next share. Weights come from outside once for each task, into a part of the shared memory
 * that is kept for them, the next task's while one runs; what several cores need is sent once where
 * the network can. A tensor that does not stay on the chip is written outside, and read once by
 * each task that reads it.
 */
final class Machine {
  private final ManyCore machine;
  private final Workload workload;
  private final Shares shares;
  private final int frames;
  private final Interconnect network;
  private final Residency residency;
  private final Job[][] jobs;
  private final Core[] cores;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Counters counters = new Counters();
  private final List<Outcome.Span> spans = new ArrayList<>();
  private long sequence;
  private long outsideFree;
  private long end;

  /**
   * A machine that is about to begin.
   *
   * @param phases that it does; of others, the results lie in the memory outside
   */
  Machine(ManyCore machine, Workload workload, Shares shares, int frames, Set<Phase> phases) {
    this.machine = machine;
    this.workload = workload;
    this.shares = shares;
    this.frames = frames;
    this.network = new Interconnect(machine.network(), machine.cores());
    this.residency = new Residency(machine, workload, shares);
    this.jobs = new Job[frames][];
    this.cores = new Core[machine.cores()];
    for (int f = 0; f < frames; f++) {
      int frame = f;
      jobs[f] = workload.tasks().stream().map(t -> new Job(frame, t)).toArray(Job[]::new);
    }
    for (Job[] frame : jobs) {
      for (Job j : frame) {
        j.started = !phases.contains(j.task.phase());
        j.ended = j.started;
      }
    }
    for (int c = 0; c < cores.length; c++) {
      cores[c] = new Core(c, shares.core());
    }
  }

  /** A task of one image. */
  private static final class Job {
    final int frame;
    final Task task;
    List<Share> shares = List.of();
    final Map<Integer, Long> blocks = new HashMap<>();
    final Map<Integer, Arrival> sent = new HashMap<>();
    double work = Double.NaN;
    int next;
    int open;
    boolean started;
    boolean ended;
    long from;
    long to;

    Job(int frame, Task task) {
      this.frame = frame;
      this.task = task;
    }

    boolean hasShares() {
      return started && next < shares.size();
    }
  }

  private static final class Core {
    final int index;
    final TiledTiming.Clock lanes;
    long roomFrom;
    long end;
    long drained;
    Optional<Phase> works = Optional.empty();
    long block = -1;

    Core(int index, ZeroFreeCore kind) {
      this.index = index;
      this.lanes = new TiledTiming.Clock(kind);
    }
  }

  /** What happens at a time; of one time, what was planned first. */
  private record Event(long time, long order, What what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
    }
  }

  private sealed interface What {
    /** A core has room for another share. */
    record Room(Core core) implements What {}

    /** Results begin to leave a core. */
    record Drain(Core core, Job job, Share share, long until) implements What {}

    /** The last byte of a share has arrived where it belongs. */
    record Stored(Job job) implements What {}
  }

  /** What is added up on the way. */
  private static final class Counters {
    final Map<Traffic.Kind, Long> external = new EnumMap<>(Traffic.Kind.class);
    final Map<Traffic.Kind, Long> onChip = new EnumMap<>(Traffic.Kind.class);
    long outsideBusy;
    long outsideRead;
    long outsideWritten;
    long sharedRead;
    long sharedWritten;
    long weightBytes;
    long inputBytes;
    double busy;
    double dispatch;
    double banks;
    double fetch;
    double data;
  }

  Outcome run() {
    startJobs(0);
    for (Core c : cores) {
      at(0, new What.Room(c));
    }
    while (!events.isEmpty()) {
      Event e = events.remove();
      end = Math.max(end, e.time);
      switch (e.what) {
        case What.Room room -> offer(room.core, e.time);
        case What.Drain d -> drain(d, e.time);
        case What.Stored s -> stored(s.job, e.time);
      }
    }
    return outcome();
  }

  private void at(long time, What what) {
    events.add(new Event(time, sequence++, what));
  }

  /** Opens every job whose operands are there and whose turn has come. */
  private void startJobs(long now) {
    for (int f = 0; f < frames; f++) {
      for (Job j : jobs[f]) {
        if (!j.started && isDue(j) && hasOperands(j)) {
          start(j, now);
        }
      }
    }
  }

  private boolean hasOperands(Job j) {
    return j.task.after().stream().allMatch(i -> jobs[j.frame][i].ended);
  }

  /** Two images are on the chip at a time: one is explained while the next is inferred. */
  private boolean isDue(Job j) {
    boolean alone = machine.scheduler().policy() == ManyCore.Policy.SEQUENTIAL;
    if (j.task.phase() == Phase.INFERENCE) {
      int before = alone ? j.frame - 1 : j.frame - 2;
      return (before < 0 || isDone(before, Phase.EXPLANATION))
          && (j.frame == 0 || isDone(j.frame - 1, Phase.INFERENCE));
    }
    return isDone(j.frame, Phase.INFERENCE)
        && (j.frame == 0 || isDone(j.frame - 1, Phase.EXPLANATION));
  }

  private boolean isDone(int frame, Phase phase) {
    for (Job j : jobs[frame]) {
      if (j.task.phase() == phase && !j.ended) {
        return false;
      }
    }
    return true;
  }

  private void start(Job j, long now) {
    j.started = true;
    j.from = now;
    j.shares = shares.of(j.frame, j.task);
    j.open = j.shares.size();
    j.task.writes().forEach(v -> residency.place(j.frame, v));
    prefetch(j, now);
    following(j).ifPresent(next -> prefetch(next, now));
    j.work = shares.work(j.frame, j.task);
    for (Core c : cores) {
      if (c.roomFrom <= now) {
        at(now, new What.Room(c));
      }
    }
  }

  private Optional<Job> following(Job j) {
    return IntStream.range(j.task.index() + 1, jobs[j.frame].length)
        .mapToObj(i -> jobs[j.frame][i])
        .filter(next -> next.task.phase() == j.task.phase() && next.task.layer().isPresent())
        .findFirst();
  }

  /** Has weights sent for, as many as the room that is kept for them holds. */
  private void prefetch(Job j, long now) {
    long bytes = 0;
    int block = -1;
    for (Share s : shares.of(j.frame, j.task)) {
      if (s.weights() > 0 && s.block() != block) {
        block = s.block();
        bytes += s.weights();
        if (bytes > machine.weightBuffer() / 2) {
          return;
        }
        if (!j.blocks.containsKey(block)) {
          fetchWeights(j, s, now);
        }
      }
    }
  }

  private void fetchWeights(Job j, Share s, long now) {
    j.blocks.put(s.block(), outside(s.weights(), Traffic.Kind.WEIGHTS, true, now));
    counters.sharedWritten += s.weights();
  }

  /** Moves bytes from or to the memory outside; the time of the last. */
  private long outside(long bytes, Traffic.Kind kind, boolean reads, long now) {
    if (bytes == 0) {
      return now;
    }
    long cycles = (long) Math.ceil(bytes / machine.dramBytesPerCycle());
    outsideFree = Math.max(outsideFree, now) + cycles;
    counters.outsideBusy += cycles;
    counters.external.merge(kind, bytes, Long::sum);
    counters.outsideRead += reads ? bytes : 0;
    counters.outsideWritten += reads ? 0 : bytes;
    double latency = machine.dram().latencyNanoseconds() * machine.clockMegahertz() / 1000;
    return outsideFree + (long) Math.ceil(latency);
  }

  private void offer(Core core, long now) {
    if (now < core.roomFrom) {
      return;
    }
    Optional<Job> job = choose(core);
    core.works = job.map(j -> j.task.phase());
    job.ifPresent(j -> begin(core, j, now));
  }

  private Optional<Job> choose(Core core) {
    return switch (machine.scheduler().policy()) {
      case SEQUENTIAL -> first(Phase.INFERENCE).or(() -> first(Phase.EXPLANATION));
      case STATIC_SPLIT ->
          first(core.index < Math.ceilDiv(cores.length, 2) ? Phase.INFERENCE : Phase.EXPLANATION);
      case DYNAMIC -> {
        Phase more = more();
        Phase less = more == Phase.INFERENCE ? Phase.EXPLANATION : Phase.INFERENCE;
        yield first(more).or(() -> first(less));
      }
    };
  }

  /** The phase with more left to do for each of its cores. */
  private Phase more() {
    double inference = left(Phase.INFERENCE) / (1.0 + workers(Phase.INFERENCE));
    double explanation = left(Phase.EXPLANATION) / (1.0 + workers(Phase.EXPLANATION));
    return inference > explanation ? Phase.INFERENCE : Phase.EXPLANATION;
  }

  private long workers(Phase phase) {
    long n = 0;
    for (Core c : cores) {
      n += c.works.isPresent() && c.works.get() == phase ? 1 : 0;
    }
    return n;
  }

  /** Cycles that the image in a phase still wants: known where the input is, else at most. */
  private double left(Phase phase) {
    for (int f = 0; f < frames; f++) {
      double sum = 0;
      boolean active = false;
      for (Job j : jobs[f]) {
        if (j.task.phase() == phase && !j.ended) {
          active |= j.started;
          double share =
              j.shares.isEmpty() ? 1 : (j.shares.size() - j.next) / (double) j.shares.size();
          sum += share * estimate(j);
        }
      }
      if (active) {
        return sum;
      }
    }
    return 0;
  }

  private double estimate(Job j) {
    if (Double.isNaN(j.work)) {
      j.work = shares.bound(j.frame, j.task);
    }
    return j.work;
  }

  private Optional<Job> first(Phase phase) {
    for (Job[] frame : jobs) {
      for (Job j : frame) {
        if (j.task.phase() == phase && j.hasShares()) {
          return Optional.of(j);
        }
      }
    }
    return Optional.empty();
  }

  private void begin(Core core, Job j, long now) {
    Share s = j.shares.get(j.next++);
    Arrival inputs = inputs(core, j, s, now);
    Arrival weights = weights(core, j, s, now);
    long release = Math.max(now, Math.max(inputs.enough, weights.enough));
    long all = Math.max(inputs.all, weights.all);
    Span span = s.piece().isPresent() ? multiply(core, j, s, release, all) : pass(core, s, all);
    core.end = Math.max(core.end, span.to);
    spans.add(
        new Outcome.Span(
            core.index, j.frame, j.task.index(), j.task.phase(), span.from, span.drained));
    at(span.to, new What.Drain(core, j, s, span.drained));
    core.roomFrom = Math.max(now, span.roomFrom);
    at(core.roomFrom, new What.Room(core));
  }

  /** When a share is done: its first cycle, when another fits, the end, the end of its results. */
  private record Span(long from, long roomFrom, long to, long drained) {}

  /** Lanes work, but not beyond what has come in. */
  private Span multiply(Core core, Job j, Share s, long release, long all) {
    Layer layer = j.task.layer().orElseThrow();
    long free = core.lanes.handedOut();
    PieceCycles p = core.lanes.run(shares.job(j.frame, layer, s, release), s.work());
    long late = Math.max(0, all - p.end());
    double decoders = p.decoders();
    counters.busy += p.busy() / decoders;
    counters.dispatch += p.dispatch() / decoders;
    counters.banks += p.banks() / decoders;
    counters.fetch += p.fetch() / decoders;
    counters.data += Math.max(0, p.from() - Math.max(free, j.from)) + late;
    core.lanes.waitUntil(p.handedOut() + late);
    core.drained = Math.max(core.drained, p.drained() + late);
    return new Span(p.from(), p.from(), p.end() + late, core.drained);
  }

  /** Elements go through what follows the lanes. */
  private static Span pass(Core core, Share s, long all) {
    long from = Math.max(all, core.drained);
    core.drained = from + s.drain();
    return new Span(from, from, from, core.drained);
  }

  /**
   * When a share's bytes come.
   *
   * @param enough when work may begin
   * @param all when the last is there
   */
  private record Arrival(long enough, long all) {}

  private Arrival inputs(Core core, Job j, Share s, long now) {
    long bytes = 0;
    long outside = now;
    for (Value v : j.task.reads()) {
      Traffic.Kind kind = workload.kind(v, Optional.of(j.task));
      long read = shares.read(j.frame, j.task, s, v);
      counters.onChip.merge(kind, read, Long::sum);
      bytes += read;
      if (!residency.isOnChip(j.frame, v, j.task)) {
        long whole = shares.bytes(j.frame, v);
        long part = whole * j.next / j.shares.size() - whole * (j.next - 1) / j.shares.size();
        outside = Math.max(outside, outside(part, kind, true, now));
      }
    }
    counters.sharedRead += bytes;
    counters.inputBytes += bytes;
    return arrival(core, bytes, machine.core().input().bytes(), outside, now, List.of(core.index));
  }

  private Arrival arrival(
      Core core, long bytes, long memory, long outside, long now, List<Integer> to) {
    // What streams may not come before the core has begun to take it in.
    long from = bytes > memory / 2 ? Math.max(now, core.end) : now;
    long last = Math.max(outside, network.toCores(to, bytes, from));
    double first = bytes == 0 ? 1 : Math.min(1, memory / 2.0 / bytes);
    return new Arrival(from + (long) Math.ceil((last - from) * first), last);
  }

  private Arrival weights(Core core, Job j, Share s, long now) {
    long block = ((long) j.frame << 48) ^ ((long) j.task.index() << 24) ^ s.block();
    if (s.weights() == 0 || core.block == block) {
      return new Arrival(now, now);
    }
    core.block = block;
    if (!j.blocks.containsKey(s.block())) {
      fetchWeights(j, s, now);
    }
    long outside = j.blocks.getOrDefault(s.block(), now);
    counters.weightBytes += s.weights();
    boolean shared = machine.network().multicast() && sharers(j, s) > 1;
    if (shared && j.sent.containsKey(s.block())) {
      return j.sent.get(s.block());
    }
    counters.sharedRead += s.weights();
    counters.onChip.merge(Traffic.Kind.WEIGHTS, s.weights(), Long::sum);
    List<Integer> to = shared ? all() : List.of(core.index);
    Arrival a = arrival(core, s.weights(), machine.core().weights().bytes(), outside, now, to);
    j.sent.put(s.block(), a);
    return a;
  }

  private static long sharers(Job j, Share s) {
    return j.shares.stream().filter(other -> other.block() == s.block()).count();
  }

  private List<Integer> all() {
    return IntStream.range(0, cores.length).boxed().toList();
  }

  private void drain(What.Drain d, long now) {
    long bytes = 0;
    long last = d.until;
    for (Value v : d.job.task.writes()) {
      Traffic.Kind kind = workload.kind(v, Optional.empty());
      long written = shares.written(d.job.frame, d.share, v);
      counters.onChip.merge(kind, written, Long::sum);
      bytes += written;
      if (residency.isOutside(d.job.frame, v)) {
        last = Math.max(last, outside(written, kind, false, now));
      }
    }
    counters.sharedWritten += bytes;
    last = Math.max(last, network.toMemory(d.core.index, bytes, now));
    at(last, new What.Stored(d.job));
  }

  private void stored(Job j, long now) {
    j.open--;
    if (j.open == 0) {
      j.ended = true;
      j.to = now;
      residency.read(j.frame, j.task);
      startJobs(now);
    }
  }

  private Outcome outcome() {
    List<Outcome.Step> steps = new ArrayList<>();
    for (Job[] frame : jobs) {
      for (Job j : frame) {
        if (!j.shares.isEmpty()) {
          steps.add(new Outcome.Step(j.frame, j.task, j.from, j.to, j.shares));
        }
      }
    }
    return new Outcome(
        machine,
        frames,
        end,
        steps,
        List.copyOf(spans),
        new Traffic(counters.external, counters.onChip),
        new Outcome.Moved(
            counters.outsideRead,
            counters.outsideWritten,
            counters.sharedRead,
            counters.sharedWritten,
            counters.inputBytes,
            counters.weightBytes,
            network.byteHops()),
        time(),
        counters.outsideBusy,
        network.busiest(),
        residency.most());
  }

  private Outcome.Time time() {
    double all = cores.length * (double) end;
    double known =
        counters.busy + counters.dispatch + counters.banks + counters.fetch + counters.data;
    return new Outcome.Time(
        counters.busy,
        counters.dispatch,
        counters.banks,
        counters.fetch,
        counters.data,
        Math.max(0, all - known));
  }
}
