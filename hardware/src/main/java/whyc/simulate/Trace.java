package whyc.simulate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Where the tensors of a workload are not zero, for one image.
 *
 * @param tensors as they lie in memory
 * @param inputs of layers, by line, as their lanes take them
 */
record Trace(Map<Value, Occupancy> tensors, Map<Value, Occupancy> inputs) {

  /**
   * Of the values of one run.
   *
   * @param values the results of all lines that tasks read or write
   */
  static Trace of(List<Workload> workloads, int tileSide, Map<Value, Tensor> values) {
    Map<Value, Occupancy> tensors = new HashMap<>();
    values.forEach((v, t) -> tensors.put(v, stored(t, tileSide)));
    Map<Value, Occupancy> inputs = new HashMap<>();
    workloads.stream()
        .flatMap(w -> w.tasks().stream())
        .flatMap(t -> t.layer().stream())
        .forEach(l -> inputs.computeIfAbsent(l.line(), any -> taken(l, tileSide, tensors, values)));
    return new Trace(tensors, inputs);
  }

  private static Occupancy taken(
      Layer l, int tileSide, Map<Value, Occupancy> tensors, Map<Value, Tensor> values) {
    Occupancy stored = Objects.requireNonNull(tensors.get(l.input()));
    Loops loops = l.loops();
    int channels = loops.groups() * loops.inputChannels();
    boolean alike = stored.channels() == channels && stored.plane().equals(loops.input());
    return alike
        ? stored
        : Occupancy.of(
            channels,
            loops.input(),
            tileSide,
            l.inputs(Objects.requireNonNull(values.get(l.input()))));
  }

  /** A tensor as it lies in memory. */
  Occupancy tensor(Value v) {
    return Objects.requireNonNull(tensors.get(v));
  }

  /** A layer's input as its lanes take it. */
  Occupancy input(Layer l) {
    return Objects.requireNonNull(inputs.get(l.line()));
  }

  /** Images by channel; anything else as channels of one place. */
  private static Occupancy stored(Tensor t, int tileSide) {
    Shape s = t.shape();
    return s.rank() == 4
        ? Occupancy.of(
            s.dim(0) * s.dim(1), new Loops.Plane(s.dim(2), s.dim(3)), tileSide, t.doubles())
        : Occupancy.of(t.size(), new Loops.Plane(1, 1), tileSide, t.doubles());
  }
}
