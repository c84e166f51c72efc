package whyc.simulate;

import java.util.Optional;

/**
 * What one core has to do for a part of a task. What it reads and writes is told by {@link
 * Shares#read} and {@link Shares#written}: there are many shares, so each is small.
 *
 * @param piece of the layer; absent for tasks that only go over elements
 * @param work of the piece
 * @param drain cycles of what follows the lanes
 * @param part of the task's tensors that comes in and goes out with it, 0 to 1
 * @param fetched bytes of the layer's input, which are those that the piece wants
 * @param block of weights: shares with the same number have it in common
 * @param weights bytes of the block
 */
public record Share(
    Optional<Piece> piece,
    PieceWork work,
    long drain,
    double part,
    long fetched,
    int block,
    long weights) {}
