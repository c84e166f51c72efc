package whyc.simulate;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import whyc.accelerator.ManyCore;

/**
 * Energy by part of the machine, in picojoules, modelled: what happened, times what the
 * accelerator's file says that it takes.
 */
public record Energy(Map<Part, Double> picojoules) {

  /** Where energy goes. */
  public enum Part {
    MULTIPLY_ADD,
    DECODERS,
    INPUT_MEMORIES,
    WEIGHT_MEMORIES,
    SUM_MEMORIES,
    POST_PROCESSING,
    NETWORK,
    SHARED_MEMORY,
    OUTSIDE,
    LEAKAGE
  }

  public Energy {
    picojoules = Collections.unmodifiableMap(new EnumMap<>(picojoules));
  }

  /** Of what a machine did. A sum has 32 bits and is read and written for each product. */
  static Energy of(Outcome o) {
    ManyCore m = o.machine();
    ManyCore.Power power = m.power();
    long products = 0;
    long values = 0;
    long fetched = 0;
    long elements = 0;
    for (Outcome.Step s : o.steps()) {
      elements += s.task().elements();
      for (Share share : s.shares()) {
        products += share.work().products();
        values += m.core().skipsZeros() ? share.work().values() : 0;
        fetched += share.work().fetchedBytes();
      }
    }
    Outcome.Moved moved = o.moved();
    double weightBytes = products * (m.format().bits() / 8.0);
    Map<Part, Double> e = new EnumMap<>(Part.class);
    e.put(Part.MULTIPLY_ADD, products * power.multiplyAdd());
    e.put(Part.DECODERS, values * power.decode());
    e.put(Part.INPUT_MEMORIES, of(m.core().input(), (double) fetched, (double) moved.inputs()));
    e.put(Part.WEIGHT_MEMORIES, of(m.core().weights(), weightBytes, (double) moved.weights()));
    double sums = products * (double) Integer.BYTES;
    e.put(Part.SUM_MEMORIES, of(m.core().sums(), sums, sums));
    e.put(Part.POST_PROCESSING, elements * power.postProcess());
    e.put(Part.NETWORK, moved.byteHops() * m.network().picojoules());
    e.put(
        Part.SHARED_MEMORY,
        of(m.shared(), (double) moved.sharedRead(), (double) moved.sharedWritten()));
    e.put(Part.OUTSIDE, o.traffic().externalBytes() * m.dram().picojoules());
    e.put(Part.LEAKAGE, power.leakage() * 1e9 * o.seconds());
    return new Energy(e);
  }

  private static double of(ManyCore.Memory m, double read, double written) {
    return read * m.readPicojoules() + written * m.writePicojoules();
  }

  public double total() {
    return picojoules.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Without the memory outside, as figures of chips are given. */
  public double onChip() {
    return total() - picojoules.getOrDefault(Part.OUTSIDE, 0.0);
  }
}
