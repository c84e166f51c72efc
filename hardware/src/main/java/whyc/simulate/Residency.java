package whyc.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.accelerator.ManyCore;
import whyc.op.Value;
import whyc.simulate.Layer.Phase;

/**
 * Which tensors lie in the shared memory. One stays there, if the scheduler keeps its kind and a
 * plan for the image has room for it, until the last task that reads it there has ended.
 */
final class Residency {
  /** Percent of the memory for one image where two are on the chip. */
  private static final long SHARE_OF_TWO = 85;

  private final ManyCore machine;
  private final Workload workload;
  private final Shares shares;
  private final Map<Place, Lodging> lodgings = new HashMap<>();
  private final Map<Integer, Map<Value, Integer>> plans = new HashMap<>();
  private long taken;
  private long most;

  private record Place(int frame, Value tensor) {}

  /**
   * Where a tensor lies.
   *
   * @param readers that will read it on the chip; none if it is not there
   */
  private record Lodging(List<Task> readers, boolean outside) {}

  Residency(ManyCore machine, Workload workload, Shares shares) {
    this.machine = machine;
    this.workload = workload;
    this.shares = shares;
  }

  /** Finds a place for a tensor that is about to be made. */
  void place(int frame, Value tensor) {
    List<Task> readers = workload.readers().getOrDefault(tensor, List.of());
    int until = planned(frame).getOrDefault(tensor, -1);
    List<Task> here =
        new ArrayList<>(
            readers.stream().filter(t -> isKept(tensor, t) && t.index() <= until).toList());
    long bytes = shares.bytes(frame, tensor);
    if (taken + bytes > capacity()) {
      here.clear();
    }
    taken += here.isEmpty() ? 0 : bytes;
    most = Math.max(most, taken);
    boolean outside =
        here.size() < readers.size() || workload.graph().outputs().containsValue(tensor);
    lodgings.put(new Place(frame, tensor), new Lodging(here, outside));
  }

  private long capacity() {
    return machine.shared().bytes() - machine.weightBuffer();
  }

  /** By tensor of an image the last task for which it shall stay. */
  private Map<Value, Integer> planned(int frame) {
    return plans.computeIfAbsent(frame, this::plan);
  }

  /**
   * Stays that free the memory soonest for each time that they are read come first, as long as
   * there is room; one that is granted may be prolonged by another.
   */
  private Map<Value, Integer> plan(int frame) {
    long[] free = new long[workload.tasks().size()];
    boolean alone = machine.scheduler().policy() == ManyCore.Policy.SEQUENTIAL;
    Arrays.fill(free, alone ? capacity() : capacity() * SHARE_OF_TWO / 100);
    Map<Value, Integer> until = new HashMap<>();
    workload.tasks().stream()
        .flatMap(t -> t.writes().stream().flatMap(v -> stays(t, v)))
        .sorted(Comparator.comparingDouble(Stay::taskShare).thenComparingInt(s -> s.tensor.index()))
        .forEach(s -> {
          long bytes = shares.bytes(frame, s.tensor);
          int from = Math.max(s.from, until.getOrDefault(s.tensor, -1) + 1);
          if (IntStream.rangeClosed(from, s.to).allMatch(i -> free[i] >= bytes)) {
            until.merge(s.tensor, s.to, Math::max);
            IntStream.rangeClosed(from, s.to).forEach(i -> free[i] -= bytes);
          }
        });
    return until;
  }

  /** A tensor may stay for the first that reads it, for the first two, and so on. */
  private Stream<Stay> stays(Task maker, Value tensor) {
    List<Task> here =
        workload.readers().getOrDefault(tensor, List.of()).stream()
            .filter(t -> isKept(tensor, t))
            .toList();
    return IntStream.range(0, here.size())
        .mapToObj(i -> new Stay(tensor, maker.index(), here.get(i).index(), i + 1));
  }

  /** From which task to which a tensor would be there, and for how many to read. */
  private record Stay(Value tensor, int from, int to, int reads) {
    double taskShare() {
      return (to - from) / (double) (reads + 1);
    }
  }

  /** Whether the scheduler keeps a tensor for a task. */
  private boolean isKept(Value tensor, Task reader) {
    return switch (workload.kind(tensor, Optional.of(reader))) {
      case STORED_MAPS -> machine.scheduler().keepsMaps();
      case ACTIVATIONS ->
          reader.phase() == Phase.INFERENCE
              ? machine.scheduler().keepsActivations()
              : machine.scheduler().keepsMaps();
      case WEIGHTS, GRADIENTS, HEAT_MAPS -> machine.scheduler().keepsActivations();
    };
  }

  boolean isOnChip(int frame, Value tensor, Task reader) {
    Lodging l = lodgings.get(new Place(frame, tensor));
    return l != null && l.readers.contains(reader);
  }

  /** Whether a tensor is written to the memory outside. */
  boolean isOutside(int frame, Value tensor) {
    Lodging l = lodgings.get(new Place(frame, tensor));
    return l == null || l.outside;
  }

  /** A task has ended: what nothing else reads is given up. */
  void read(int frame, Task task) {
    for (Value v : task.reads()) {
      Lodging l = lodgings.get(new Place(frame, v));
      if (l != null && l.readers.remove(task) && l.readers.isEmpty()) {
        taken -= shares.bytes(frame, v);
      }
    }
  }

  /** The most bytes of tensors that lay there at one time. */
  long most() {
    return most;
  }
}
