package whyc.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import whyc.accelerator.ManyCore;

/**
 * What zeros are worth in one layer, by itself on all cores, all images together.
 *
 * @param sparsity share of its inputs that are zero, 0 to 1
 * @param denseCycles that cores of the same kind need which take every input
 * @param cycles that they need without the zeros
 * @param busy share of the decoders' time in which they work, 0 to 1; what is missing are waits and
 *     tails within cores, and cores that wait for others
 * @param tiles of input that were fetched
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
    long dense = 0;
    long cycles = 0;
    long busy = 0;
    long decoders = 0;
    long tiles = 0;
    double nonZeros = 0;
    for (int f = 0; f < frames.size(); f++) {
      List<Share> sparse = shares.of(f, t);
      List<Long> each = sparse.stream().map(s -> s.core().cycles()).toList();
      long alone = alone(machine, each);
      cycles += alone;
      dense += alone(machine, shares.dense(f, layer));
      for (Share s : sparse) {
        busy += s.core().busy();
        tiles += s.core().tiles();
      }
      decoders += alone * machine.cores() * sparse.getFirst().core().decoders();
      nonZeros += 1 - frames.get(f).inputs().get(layer.line()).sparsity();
    }
    return new LayerAccount(
        t,
        1 - nonZeros / frames.size(),
        dense,
        cycles,
        busy / (double) Math.max(1, decoders),
        tiles);
  }

  /** The end of pieces that are given to cores in order, each to the first that is free. */
  private static long alone(ManyCore machine, List<Long> pieces) {
    PriorityQueue<Long> free = new PriorityQueue<>();
    for (int c = 0; c < machine.cores(); c++) {
      free.add(0L);
    }
    long end = 0;
    for (long cycles : pieces) {
      long done = free.remove() + cycles;
      end = Math.max(end, done);
      free.add(done);
    }
    return end;
  }
}
