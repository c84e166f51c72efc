package whyc.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds offsets: slots that are taken at one time lie apart. Each slot in turn goes to the smallest
 * gap that it fits into; in which turn decides how good that is. Several turns are tried (Pisarchyk
 * and Lee 2020, arXiv 2001.03288: greedy by size and greedy by breadth are two of them), and each
 * is mended where it fails: what came to lie highest goes first the next time (Joslin and Clements
 * 1999, "squeaky wheel" optimization, JAIR 10). The search ends early where nothing can be better.
 */
final class Packing {
  /** How often a turn is mended, where that takes no more than some milliseconds. */
  private static final int ROUNDS = 20;

  private static final long COMPARISONS = 1L << 22;

  private Packing() {}

  /** The most that slots of one memory take at one time: no offsets can do with less. */
  static long live(List<Slot> slots) {
    return breadths(slots).values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** For each step at which a slot begins what is taken then; the peak is at one of them. */
  private static SortedMap<Integer, Long> breadths(List<Slot> slots) {
    TreeMap<Integer, Long> change = new TreeMap<>();
    for (Slot slot : slots) {
      change.merge(slot.from(), slot.size(), Long::sum);
      change.merge(slot.to() + 1, -slot.size(), Long::sum);
    }
    long taken = 0;
    for (var entry : change.entrySet()) {
      taken += entry.getValue();
      entry.setValue(taken);
    }
    return change;
  }

  static long extent(List<Slot> slots) {
    return slots.stream().mapToLong(slot -> slot.offset() + slot.size()).max().orElse(0);
  }

  /** The same slots, which are those of one memory, with offsets. */
  static List<Slot> of(List<Slot> slots) {
    long least = live(slots);
    List<Slot> best = List.of();
    long extent = Long.MAX_VALUE;
    long rounds = Math.clamp(COMPARISONS / (1 + (long) slots.size() * slots.size()), 1, ROUNDS);
    for (Comparator<Integer> turn : turns(slots)) {
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, slots.size()).boxed().sorted(turn).toList());
      for (int round = 0; round < rounds && extent > least; round++) {
        List<Slot> packed = packed(slots, order);
        if (extent(packed) < extent) {
          best = packed;
          extent = extent(packed);
        }
        preferHighest(order, packed);
      }
    }
    return best;
  }

  /** Slots that reach highest go first the next time. */
  private static void preferHighest(List<Integer> order, List<Slot> packed) {
    long extent = extent(packed);
    List<Integer> highest =
        order.stream()
            .filter(i -> packed.get(i).offset() + packed.get(i).size() == extent)
            .toList();
    order.removeAll(highest);
    order.addAll(0, highest);
  }

  private static List<Comparator<Integer>> turns(List<Slot> slots) {
    Comparator<Integer> size = by(slots, slot -> -slot.size());
    Comparator<Integer> time = by(slots, slot -> (long) slot.from() - slot.to());
    Comparator<Integer> area = by(slots, slot -> -slot.size() * (1L + slot.to() - slot.from()));
    Comparator<Integer> start = by(slots, slot -> (long) slot.from());
    var breadths = breadths(slots);
    Comparator<Integer> breadth =
        by(
            slots,
            slot ->
                -breadths.subMap(slot.from(), slot.to() + 1).values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0));
    return List.of(
        size.thenComparing(time),
        breadth.thenComparing(size).thenComparing(time),
        area,
        time.thenComparing(size),
        start.thenComparing(size));
  }

  private static Comparator<Integer> by(List<Slot> slots, Function<Slot, Long> key) {
    List<Long> keys = slots.stream().map(key).toList();
    return Comparator.comparing(keys::get);
  }

  private static List<Slot> packed(List<Slot> slots, List<Integer> order) {
    Slot[] packed = slots.toArray(Slot[]::new);
    List<Slot> byOffset = new ArrayList<>();
    for (int i : order) {
      packed[i] = slots.get(i).at(offset(slots.get(i), byOffset));
      byOffset.add(place(packed[i].offset(), byOffset), packed[i]);
    }
    return List.of(packed);
  }

  private static int place(long offset, List<Slot> byOffset) {
    int low = 0;
    int high = byOffset.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byOffset.get(middle).offset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The smallest gap that is large enough; what lies behind all others is the last resort. */
  private static long offset(Slot slot, List<Slot> byOffset) {
    long best = -1;
    long smallest = Long.MAX_VALUE;
    long end = 0;
    for (Slot other : byOffset) {
      if (other.meets(slot)) {
        long gap = other.offset() - end;
        if (gap >= slot.size() && gap < smallest) {
          smallest = gap;
          best = end;
        }
        end = Math.max(end, other.offset() + other.size());
      }
    }
    return best >= 0 ? best : end;
  }

  /** Slots of all memories with offsets, in their order. */
  static List<Slot> ofAll(List<Slot> slots) {
    var byMemory =
        IntStream.range(0, slots.size())
            .boxed()
            .collect(Collectors.groupingBy(i -> slots.get(i).memory()));
    Slot[] packed = new Slot[slots.size()];
    byMemory.forEach((memory, places) -> {
      List<Slot> found = of(places.stream().map(slots::get).toList());
      for (int k = 0; k < found.size(); k++) {
        packed[places.get(k)] = found.get(k);
      }
    });
    return List.of(packed);
  }
}
