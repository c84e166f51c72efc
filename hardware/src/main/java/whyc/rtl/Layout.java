package whyc.rtl;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Schedule;

/** Where the values of a graph lie in the core's memories, and for which methods they are there. */
final class Layout {
  private final CoreStorage storage;
  private final Schedule schedule;
  private final Views views;

  /** For each line the methods that need it. */
  private final int[] needed;

  /** For results that are stored in part: lattices that hold zeros alone, and are not written. */
  private final Map<Value, Set<Lattice>> absent = new HashMap<>();

  Layout(IntegerGraph source, int lanes, List<Operation> operations) {
    Graph g = source.graph();
    this.views = new Views(g);
    this.storage = new CoreStorage(g, lanes, operations);
    this.schedule = Schedule.of(g, storage, operations.stream().map(Operation::lines).toList());
    this.needed = new int[g.nodes().size()];
    operations.forEach(o -> findAbsent(o, operations));
    source
        .outputs()
        .forEach(o -> {
          boolean[] lines = g.neededFor(List.of(o.value()));
          IntStream.range(0, lines.length)
              .filter(i -> lines[i])
              .forEach(i -> needed[i] |= 1 << o.method());
        });
  }

  /**
   * The transpose of a convolution whose steps are larger than its window leaves zeros between.
   * They need not be there for those who add the result lattice by lattice.
   */
  private void findAbsent(Operation o, List<Operation> all) {
    Epilogue e = o.epilogue();
    boolean keepsZeros = e.bias().isEmpty() && e.residual().isEmpty();
    if (o.source() instanceof Source.Transposed t && keepsZeros) {
      List<Lattice> lattices = lattices(o, t.window());
      Plane in = storage.plane(t.operand());
      Set<Lattice> empty =
          lattices.stream()
              .filter(l -> Taps.transposed(t.window(), in, l).isEmpty())
              .collect(Collectors.toSet());
      boolean isAdded =
          all.stream()
              .filter(r -> reads(r, o.result()))
              .allMatch(r ->
                  r.source() instanceof Source.Transposed other
                      && !other.operand().equals(o.result())
                      && lattices(r, other.window()).equals(lattices));
      if (isAdded && !isStored(o.result())) {
        absent.put(o.result(), empty);
      }
    }
  }

  /** The lattices of a window's steps, which together are the operation's result. */
  List<Lattice> lattices(Operation o, Window w) {
    return Lattice.all(storage.plane(o.result()), w.strideY(), w.strideX());
  }

  private static boolean reads(Operation o, Value v) {
    return o.source().operands().contains(v)
        || o.epilogue().residual().filter(r -> r.value().equals(v)).isPresent();
  }

  /** Lattices of a value that are neither written nor read. */
  Set<Lattice> absent(Value v) {
    return absent.getOrDefault(v, Set.of());
  }

  /** Operations in the order in which they run. */
  List<Operation> operations() {
    return schedule.steps().stream().map(storage::operation).toList();
  }

  SequencedMap<String, Long> memories() {
    return new LinkedHashMap<>(schedule.extents());
  }

  Plane plane(Value v) {
    return storage.plane(v);
  }

  String memory(Value v) {
    return storage.memory(v);
  }

  /** Whether a value is one of the results. */
  boolean isStored(Value v) {
    return memory(v).equals(CoreStorage.RESULTS);
  }

  /** The value in whose memory another lies. */
  Value owner(Value v) {
    return views.owner(v);
  }

  int address(Value v) {
    return Math.toIntExact(schedule.slot(v).offset());
  }

  /** A bit for each method that an operation is needed for. */
  int methods(Operation o) {
    return o.lines().stream().mapToInt(l -> needed[l.index()]).reduce(0, (a, b) -> a | b);
  }
}
