package whyc.simulate;

import java.util.Map;
import java.util.Optional;
import whyc.op.Value;

/**
 * What one core has to do for a part of a task.
 *
 * @param piece of the layer; absent for tasks that only go over elements
 * @param work of the piece
 * @param drain cycles of what follows the lanes
 * @param reads bytes that come in, by tensor
 * @param writes bytes that go out, by tensor
 * @param block of weights: shares with the same number have it in common
 * @param weights bytes of the block
 */
public record Share(
    Optional<Piece> piece,
    PieceWork work,
    long drain,
    Map<Value, Long> reads,
    Map<Value, Long> writes,
    int block,
    long weights) {}
