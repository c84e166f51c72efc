package whyc.op;

import java.util.List;
import java.util.stream.Collectors;
import whyc.tensor.TensorType;

/** The sentence with which an operator refuses operands: who, the rule, what came. */
final class Refuse {
  private Refuse() {}

  static IllegalArgumentException operands(Op op, String rule, List<TensorType> got) {
    return new IllegalArgumentException(
        op.name()
            + " wants "
            + rule
            + ", got "
            + got.stream().map(TensorType::toString).collect(Collectors.joining(" and ")));
  }

  static void unless(boolean holds, Op op, String rule, List<TensorType> got) {
    if (!holds) {
      throw operands(op, rule, got);
    }
  }
}
