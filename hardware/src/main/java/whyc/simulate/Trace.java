package whyc.simulate;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
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
   * @param values the results of lines that tasks read or write
   */
  static Trace of(Workload w, int tileSide, Function<Value, Tensor> values) {
    Map<Value, Occupancy> tensors = new HashMap<>();
    for (Value v : w.tensors()) {
      tensors.put(v, stored(values.apply(v), tileSide));
    }
    Map<Value, Occupancy> inputs = new HashMap<>();
    for (Task t : w.tasks()) {
      t.layer()
          .ifPresent(l -> {
            Occupancy stored = tensors.get(l.input());
            Loops loops = l.loops();
            int channels = loops.groups() * loops.inputChannels();
            boolean alike = stored.channels() == channels && stored.plane().equals(loops.input());
            inputs.put(
                l.line(),
                alike
                    ? stored
                    : Occupancy.of(
                        channels, loops.input(), tileSide, l.inputs(values.apply(l.input()))));
          });
    }
    return new Trace(tensors, inputs);
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
