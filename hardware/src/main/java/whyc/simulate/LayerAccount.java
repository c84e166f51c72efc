package whyc.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import whyc.accelerator.ManyCore;

/**
 * What zeros are worth in one layer, by itself on all cores, all images together.
 *
 * @param sparsity share of its inputs that are zero, 0 to 1
 * @param denseCycles that cores of the same kind need which take every input
 * @param cycles that they need without the zeros
 * @param busy share of the decoders' time in which they work, 0 to 1; what is missing are waits and
 *     tails within cores, and cores that wait for others
 * @param tiles of its inputs that hold something
 */
public record LayerAccount(
    Task task, double sparsity, long denseCycles, long cycles, double busy, long tiles) {

  /** How much sooner it is done. */
  public double speedup() {
    return denseCycles / (double) cycles;
  }

  /** How much sooner it could be done: 1 / (1 - sparsity). */
  public double ideal() {
    return 1 / (1 - sparsity);
  }

  static List<LayerAccount> of(ManyCore machine, Workload w, Shares shares, List<Trace> frames) {
    List<LayerAccount> accounts = new ArrayList<>();
    for (Task t : w.tasks()) {
      if (t.layer().isPresent()) {
        accounts.add(of(machine, t, t.layer().orElseThrow(), shares, frames));
      }
    }
    return accounts;
  }

  private static LayerAccount of(
      ManyCore machine, Task t, Layer layer, Shares shares, List<Trace> frames) {
    ZeroFreeCore core = shares.core();
    ZeroFreeCore denseCore = new ZeroFreeCore(machine.core().dense(), core.valueBits());
    long dense = 0;
    long cycles = 0;
    long busy = 0;
    long decoders = 0;
    long tiles = 0;
    double nonZeros = 0;
    for (int f = 0; f < frames.size(); f++) {
      List<Given> jobs = new ArrayList<>();
      for (Share s : shares.of(f, t)) {
        jobs.add(new Given(shares.job(f, layer, s, 0), s.work()));
        busy += s.work().cycles();
      }
      long alone = alone(machine, core, jobs);
      cycles += alone;
      dense += alone(machine, denseCore, jobs);
      decoders += alone * machine.cores() * shares.of(f, t).getFirst().work().decoders();
      nonZeros += 1 - frames.get(f).input(layer).sparsity();
      tiles += frames.get(f).input(layer).presentTiles();
    }
    double share = busy / (double) Math.max(1, decoders);
    return new LayerAccount(t, 1 - nonZeros / frames.size(), dense, cycles, share, tiles);
  }

  /** A piece, and what it asks for where zeros are left out. */
  private record Given(CoreTiming.Job job, PieceWork work) {}

  /** The end of pieces that are given out in order, each to the core that first has room. */
  private static long alone(ManyCore machine, ZeroFreeCore core, List<Given> jobs) {
    List<TiledTiming.Clock> cores =
        Stream.generate(() -> new TiledTiming.Clock(core)).limit(machine.cores()).toList();
    long end = 0;
    for (Given g : jobs) {
      TiledTiming.Clock first =
          cores.stream().min(Comparator.comparingLong(TiledTiming.Clock::handedOut)).orElseThrow();
      end = Math.max(end, first.run(g.job, g.work).end());
    }
    return end;
  }
}
