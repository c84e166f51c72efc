package whyc.simulate;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.accelerator.ManyCore;
import whyc.op.Value;

/**
 * Bytes between the memory outside, the shared memory and the cores: when they come, and how many.
 *
 * <p>Weights come from outside once for each task, into a part of the shared memory that is kept
 * for them; what several cores need is sent once where the network can. What does not fit into half
 * of a core's memory streams in while the core works.
 */
final class Transfers {
  private final ManyCore machine;
  private final Workload workload;
  private final Shares shares;
  private final Residency residency;
  private final Interconnect network;
  private final Map<Traffic.Kind, Long> external = new EnumMap<>(Traffic.Kind.class);
  private final Map<Traffic.Kind, Long> onChip = new EnumMap<>(Traffic.Kind.class);
  private long outsideFree;
  private long outsideBusy;
  private long outsideRead;
  private long outsideWritten;
  private long sharedRead;
  private long sharedWritten;
  private long weightBytes;
  private long inputBytes;

  Transfers(ManyCore machine, Workload workload, Shares shares, Residency residency) {
    this.machine = machine;
    this.workload = workload;
    this.shares = shares;
    this.residency = residency;
    this.network = new Interconnect(machine.network(), machine.cores());
  }

  /**
   * When bytes come.
   *
   * @param enough when work may begin
   * @param all when the last is there
   */
  record Arrival(long enough, long all) {
    Arrival and(Arrival other) {
      return new Arrival(Math.max(enough, other.enough), Math.max(all, other.all));
    }
  }

  /** Has weights sent for, as many as the room that is kept for them holds. */
  void prefetch(Job j, long now) {
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
    sharedWritten += s.weights();
  }

  /** Moves bytes from or to the memory outside; the time of the last. */
  private long outside(long bytes, Traffic.Kind kind, boolean reads, long now) {
    if (bytes == 0) {
      return now;
    }
    long cycles = (long) Math.ceil(bytes / machine.dramBytesPerCycle());
    outsideFree = Math.max(outsideFree, now) + cycles;
    outsideBusy += cycles;
    external.merge(kind, bytes, Long::sum);
    outsideRead += reads ? bytes : 0;
    outsideWritten += reads ? 0 : bytes;
    double latency = machine.dram().latencyNanoseconds() * machine.clockMegahertz() / 1000;
    return outsideFree + (long) Math.ceil(latency);
  }

  /** Has all sent that a core needs for a share, the one that its job handed out last. */
  Arrival toCore(Core core, Job j, Share s, long now) {
    return inputs(core, j, s, now).and(weights(core, j, s, now));
  }

  private Arrival inputs(Core core, Job j, Share s, long now) {
    long bytes = 0;
    long outside = now;
    for (Value v : j.task.reads()) {
      Traffic.Kind kind = workload.kind(v, Optional.of(j.task));
      long read = shares.read(j.frame, j.task, s, v);
      onChip.merge(kind, read, Long::sum);
      bytes += read;
      if (!residency.isOnChip(j.frame, v, j.task)) {
        long whole = shares.bytes(j.frame, v);
        long part = whole * j.next / j.shares.size() - whole * (j.next - 1) / j.shares.size();
        outside = Math.max(outside, outside(part, kind, true, now));
      }
    }
    sharedRead += bytes;
    inputBytes += bytes;
    return arrival(core, bytes, machine.core().input().bytes(), outside, now, List.of(core.index));
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
    weightBytes += s.weights();
    boolean shared = machine.network().multicast() && sharers(j, s) > 1;
    if (shared && j.sent.containsKey(s.block())) {
      return j.sent.get(s.block());
    }
    sharedRead += s.weights();
    onChip.merge(Traffic.Kind.WEIGHTS, s.weights(), Long::sum);
    List<Integer> to = shared ? allCores() : List.of(core.index);
    Arrival a = arrival(core, s.weights(), machine.core().weights().bytes(), outside, now, to);
    j.sent.put(s.block(), a);
    return a;
  }

  private static long sharers(Job j, Share s) {
    return j.shares.stream().filter(other -> other.block() == s.block()).count();
  }

  private List<Integer> allCores() {
    return IntStream.range(0, machine.cores()).boxed().toList();
  }

  private Arrival arrival(
      Core core, long bytes, long memory, long outside, long now, List<Integer> to) {
    // What streams may not come before the core has begun to take it in.
    long from = bytes > memory / 2 ? Math.max(now, core.end) : now;
    long last = Math.max(outside, network.toCores(to, bytes, from));
    double first = bytes == 0 ? 1 : Math.min(1, memory / 2.0 / bytes);
    return new Arrival(from + (long) Math.ceil((last - from) * first), last);
  }

  /**
   * Takes a share's results from a core to where they belong; the time of the last byte.
   *
   * @param until when the core has given the last
   */
  long fromCore(Core core, Job j, Share s, long until, long now) {
    long bytes = 0;
    long last = until;
    for (Value v : j.task.writes()) {
      Traffic.Kind kind = workload.kind(v, Optional.empty());
      long written = shares.written(j.frame, s, v);
      onChip.merge(kind, written, Long::sum);
      bytes += written;
      if (residency.isOutside(j.frame, v)) {
        last = Math.max(last, outside(written, kind, false, now));
      }
    }
    sharedWritten += bytes;
    return Math.max(last, network.toMemory(core.index, bytes, now));
  }

  Traffic traffic() {
    return new Traffic(external, onChip);
  }

  Outcome.Moved moved() {
    return new Outcome.Moved(
        outsideRead,
        outsideWritten,
        sharedRead,
        sharedWritten,
        inputBytes,
        weightBytes,
        network.byteHops());
  }

  /** Cycles in which the memory outside was at work. */
  long outsideBusy() {
    return outsideBusy;
  }

  /** Cycles in which the busiest link of the network was. */
  long busiestLink() {
    return network.busiest();
  }
}
