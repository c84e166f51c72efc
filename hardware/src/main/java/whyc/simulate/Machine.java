package whyc.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.accelerator.ManyCore;
import whyc.simulate.Layer.Phase;

/**
 * Cores, network and memories over time, event by event.
 *
 * <p>A core takes a share as soon as it begins the one before, so that inputs and weights come
 * while it works, and the share ends no sooner than its last byte. Results leave behind the lanes,
 * beside the next share. Weights of the next task come while one runs. A tensor that does not stay
 * on the chip is written outside, and read once by each task that reads it.
 */
final class Machine {
  private final ManyCore machine;
  private final Shares shares;
  private final List<List<Job>> jobs;
  private final List<Core> cores;
  private final Residency residency;
  private final Transfers transfers;
  private final Dispatcher dispatcher;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Busy busy = new Busy();
  private final List<Outcome.Span> spans = new ArrayList<>();
  private long sequence;
  private long end;

  /**
   * A machine that is about to begin.
   *
   * @param phases that it does; of others, the results lie in the memory outside
   */
  Machine(ManyCore machine, Workload workload, Shares shares, int frames, Set<Phase> phases) {
    this.machine = machine;
    this.shares = shares;
    this.residency = new Residency(machine, workload, shares);
    this.transfers = new Transfers(machine, workload, shares, residency);
    this.jobs =
        IntStream.range(0, frames)
            .mapToObj(f -> workload.tasks().stream().map(t -> new Job(f, t)).toList())
            .toList();
    this.cores =
        IntStream.range(0, machine.cores()).mapToObj(c -> new Core(c, shares.core())).toList();
    this.dispatcher = new Dispatcher(machine.scheduler().policy(), shares, jobs, cores);
    for (List<Job> frame : jobs) {
      for (Job j : frame) {
        j.started = !phases.contains(j.task.phase());
        j.ended = j.started;
      }
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

  /** What the cores' time goes into, of all cores together, in cycles. */
  private static final class Busy {
    double products;
    double dispatch;
    double banks;
    double fetch;
    double data;

    void add(PieceCycles p) {
      double decoders = p.decoders();
      products += p.busy() / decoders;
      dispatch += p.dispatch() / decoders;
      banks += p.banks() / decoders;
      fetch += p.fetch() / decoders;
    }

    Outcome.Time of(double all) {
      double known = products + dispatch + banks + fetch + data;
      return new Outcome.Time(products, dispatch, banks, fetch, data, Math.max(0, all - known));
    }
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

  private void startJobs(long now) {
    for (List<Job> frame : jobs) {
      for (Job j : frame) {
        if (dispatcher.mayStart(j)) {
          start(j, now);
        }
      }
    }
  }

  private void start(Job j, long now) {
    j.started = true;
    j.from = now;
    j.shares = shares.of(j.frame, j.task);
    j.open = j.shares.size();
    j.task.writes().forEach(v -> residency.place(j.frame, v));
    transfers.prefetch(j, now);
    following(j).ifPresent(next -> transfers.prefetch(next, now));
    dispatcher.started(j);
    for (Core c : cores) {
      if (c.roomFrom <= now) {
        at(now, new What.Room(c));
      }
    }
  }

  private Optional<Job> following(Job j) {
    return jobs.get(j.frame).stream()
        .skip(j.task.index() + 1L)
        .filter(next -> next.task.phase() == j.task.phase() && next.task.layer().isPresent())
        .findFirst();
  }

  private void offer(Core core, long now) {
    if (now < core.roomFrom) {
      return;
    }
    Optional<Job> job = dispatcher.choose(core);
    core.works = job.map(j -> j.task.phase());
    job.ifPresent(j -> begin(core, j, now));
  }

  private void begin(Core core, Job j, long now) {
    Share s = j.take();
    Transfers.Arrival data = transfers.toCore(core, j, s, now);
    long release = Math.max(now, data.enough());
    Span span =
        s.piece().isPresent()
            ? multiply(core, j, s, release, data.all())
            : pass(core, s, data.all());
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
    busy.add(p);
    busy.data += Math.max(0, p.from() - Math.max(free, j.from)) + late;
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

  private void drain(What.Drain d, long now) {
    at(transfers.fromCore(d.core, d.job, d.share, d.until, now), new What.Stored(d.job));
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
    List<Outcome.Step> steps =
        jobs.stream()
            .flatMap(List::stream)
            .filter(j -> !j.shares.isEmpty())
            .map(j -> new Outcome.Step(j.frame, j.task, j.from, j.to, j.shares))
            .toList();
    return new Outcome(
        machine,
        jobs.size(),
        end,
        steps,
        List.copyOf(spans),
        transfers.traffic(),
        transfers.moved(),
        busy.of(cores.size() * (double) end),
        transfers.outsideBusy(),
        transfers.busiestLink(),
        residency.most());
  }
}
