package whyc.simulate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import whyc.accelerator.ManyCore;

/**
 * The network on the chip: from the shared memory to cores and back. A transfer takes every link of
 * its way from the time when the last of them is free, for as long as its bytes need; it arrives
 * when its last byte has made the last hop.
 *
 * <pre>{@code
 * mesh       rows of cores; the memory lies along their west side and feeds each row
 * ring       the memory between the last core and the first, the shorter way round
 * crossbar   a link of its own for every core
 * tree       binary, the memory above its root
 * }</pre>
 */
final class Interconnect {
  private final ManyCore.Network network;
  private final int cores;
  private final int columns;

  /** When links become free: those that lead to the cores, and those that lead back. */
  private final long[] free;

  private final long[] busy;
  private long byteHops;

  Interconnect(ManyCore.Network network, int cores) {
    this.network = network;
    this.cores = cores;
    this.columns = (int) Math.ceil(Math.sqrt(cores));
    this.free = new long[2 * links()];
    this.busy = new long[free.length];
  }

  private int links() {
    return switch (network.topology()) {
      case MESH, CROSSBAR -> cores;
      case RING -> cores + 1;
      case TREE -> 2 * Integer.highestOneBit(Math.max(1, 2 * cores - 1));
    };
  }

  /** Sends bytes from the memory to some cores at once; the time of their arrival. */
  long toCores(List<Integer> to, long bytes, long now) {
    BitSet way = new BitSet();
    int hops = 0;
    for (int core : to) {
      BitSet one = way(core);
      hops = Math.max(hops, one.cardinality());
      way.or(one);
    }
    return send(way, 0, hops, bytes, now);
  }

  /** Sends bytes from a core to the memory. */
  long toMemory(int core, long bytes, long now) {
    BitSet way = way(core);
    return send(way, links(), way.cardinality(), bytes, now);
  }

  private long send(BitSet way, int offset, int hops, long bytes, long now) {
    if (bytes == 0) {
      return now;
    }
    long cycles = Math.ceilDiv(bytes, network.linkBytes());
    long start = now;
    for (int link = way.nextSetBit(0); link >= 0; link = way.nextSetBit(link + 1)) {
      start = Math.max(start, free[offset + link]);
    }
    for (int link = way.nextSetBit(0); link >= 0; link = way.nextSetBit(link + 1)) {
      free[offset + link] = start + cycles;
      busy[offset + link] += cycles;
    }
    byteHops += bytes * way.cardinality();
    return start + cycles + (long) hops * network.hopCycles();
  }

  /** The links from the memory to a core. */
  private BitSet way(int core) {
    BitSet way = new BitSet();
    switch (network.topology()) {
      case CROSSBAR -> way.set(core);
      case MESH -> way.set(core - core % columns, core + 1);
      case RING -> {
        if (core < (cores + 1) / 2) {
          way.set(0, core + 1);
        } else {
          way.set(core + 1, cores + 1);
        }
      }
      case TREE -> {
        // Numbered as in a heap: the link above node i has its number; leaves are the cores.
        for (int node = links() / 2 + core; node >= 1; node /= 2) {
          way.set(node);
        }
      }
    }
    return way;
  }

  /** Bytes times the links that they went over. */
  long byteHops() {
    return byteHops;
  }

  /** Cycles of the link that was busiest. */
  long busiest() {
    return Arrays.stream(busy).max().orElse(0);
  }
}
