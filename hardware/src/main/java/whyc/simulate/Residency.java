package whyc.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.accelerator.ManyCore;
import whyc.op.Value;
import whyc.simulate.Layer.Phase;

/**
 * Which tensors lie in the shared memory. One stays there, if the scheduler keeps its kind and it
 * fits when it is made, until the last task that reads it there has ended.
 */
final class Residency {
  private final ManyCore machine;
  private final Workload workload;
  private final Shares shares;
  private final Map<Place, Lodging> lodgings = new HashMap<>();
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
    List<Task> here = new ArrayList<>(readers.stream().filter(t -> isKept(tensor, t)).toList());
    long bytes = shares.bytes(frame, tensor);
    if (taken + bytes > machine.shared().bytes() - machine.weightBuffer()) {
      here.clear();
    }
    taken += here.isEmpty() ? 0 : bytes;
    most = Math.max(most, taken);
    boolean outside =
        here.size() < readers.size() || workload.graph().outputs().containsValue(tensor);
    lodgings.put(new Place(frame, tensor), new Lodging(here, outside));
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
