package whyc.simulate;

import java.util.List;
import java.util.Optional;
import whyc.op.Value;

/**
 * A step of a schedule, as work for cores.
 *
 * @param index in its workload, which is an order of all of it
 * @param name for people: the model's node, or the operator
 * @param layer what multiplies; absent for steps that go over elements only
 * @param reads tensors that come in, the layer's input first; weights are not among them
 * @param writes tensors that go out
 * @param after tasks that must have ended
 * @param elements that are scaled, gated, added or compared, all lines of the step together
 */
public record Task(
    int index,
    String name,
    Layer.Phase phase,
    Optional<Layer> layer,
    List<Value> reads,
    List<Value> writes,
    List<Integer> after,
    long elements) {
  public Task {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
    after = List.copyOf(after);
  }
}
