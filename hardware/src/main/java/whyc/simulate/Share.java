package whyc.simulate;

import java.util.Map;
import whyc.op.Value;

/**
 * What one core has to do for a piece of a task.
 *
 * @param core what its lanes need; of tasks that only go over elements, those in one account
 * @param drain cycles of what follows the lanes
 * @param reads bytes that come in, by tensor
 * @param writes bytes that go out, by tensor
 * @param block of weights: pieces with the same number share it
 * @param weights bytes of the block
 */
public record Share(
    PieceCycles core,
    long drain,
    Map<Value, Long> reads,
    Map<Value, Long> writes,
    int block,
    long weights) {}
