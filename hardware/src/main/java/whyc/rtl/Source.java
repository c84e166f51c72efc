package whyc.rtl;

import java.util.List;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Tensor;

/** Where the sums come from that an operation makes codes of. */
sealed interface Source {
  /** The value that is read at many places, so that nothing may be written over it. */
  Value operand();

  /**
   * Sums of products over a window.
   *
   * @param weight {@code [O,C/groups,kh,kw]}
   */
  record Convolution(Value operand, Tensor weight, Window window, int groups) implements Source {}

  /**
   * The transpose of a convolution, on its very weight {@code [O,C/groups,kh,kw]}: O channels come
   * in, C go out.
   */
  record Transposed(Value operand, Tensor weight, Window window, int groups) implements Source {}

  /** Positions and channels that are picked, moved or set apart. */
  record Picked(Value operand, Picks picks) implements Source {}

  /** The channels of several values one behind the other. */
  record Joined(List<Value> parts) implements Source {
    public Joined {
      parts = List.copyOf(parts);
    }

    @Override
    public Value operand() {
      return parts.getFirst();
    }
  }

  /** Sums over a window, or all of the image where there is none, each channel for itself. */
  record Total(Value operand, Window window) implements Source {}

  /** The largest in a window. */
  record Largest(Value operand, Window window) implements Source {}

  /** Sums of what was sent to each place by the switches of a pooling. */
  record Routed(Value operand, Value switches, Window window) implements Source {}

  /**
   * Sums over channels, each multiplied by its number in a row of a table: the class's.
   *
   * @param rows {@code [classes,C]}
   */
  record ByClass(Value operand, Tensor rows) implements Source {}

  /** Sums over channels, each multiplied by its number in another value {@code [1,C,1,1]}. */
  record Weighted(Value operand, Value weights) implements Source {}

  /** The class's row of a table {@code [classes,C]} itself, at each position. */
  record Row(Value operand, Tensor rows) implements Source {}

  /** The codes of a single position at all positions. */
  record Repeated(Value operand) implements Source {}

  /** Codes as they are. */
  record Codes(Value operand) implements Source {}

  /** The index of the largest of the scores: no codes are made. */
  record Winner(Value operand) implements Source {}

  /** What is read beside weights. */
  default List<Value> operands() {
    return switch (this) {
      case Routed r -> List.of(r.operand(), r.switches());
      case Weighted w -> List.of(w.operand(), w.weights());
      case Joined j -> j.parts();
      case Convolution _,
          Picked _,
          Transposed _,
          Total _,
          Largest _,
          ByClass _,
          Row _,
          Repeated _,
          Codes _,
          Winner _ ->
          List.of(operand());
    };
  }
}
