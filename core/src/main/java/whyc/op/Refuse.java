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

  /** The one operand of an operator on real numbers. */
  static Value onlyReal(Op op, Emit g, List<Value> operands) {
    unless(
        operands.size() == 1 && g.type(operands.getFirst()).element().isFloating(),
        op,
        "one operand of real numbers",
        operands.stream().map(g::type).toList());
    return operands.getFirst();
  }
}
