package whyc.multiplier;

import java.util.function.IntBinaryOperator;

/**
 * A sum of partial products {@code a_i * b_j * 2^(i+j)} some of which are left out. Rows are the
 * bits of the first operand, columns are all of one weight. Signed operands are in two's
 * complement: cells with the sign bit of one operand count negative.
 */
sealed interface ArrayCircuit extends Circuit
    permits Exact, OperandCut, BrokenArray, Truncated, Perforated {

  /** Whether bit i of the first and bit j of the second operand are multiplied. */
  boolean keeps(int i, int j);

  /** What is added to every product. */
  default int constant(OperandForm form) {
    return 0;
  }

  @Override
  default IntBinaryOperator on(OperandForm form) {
    Cells cells = Cells.of(form, this::keeps);
    int constant = constant(form);
    return (a, b) -> cells.sum(a, b) + constant;
  }

  @Override
  default Gates gates(OperandForm form) {
    return Gates.array(Cells.of(form, this::keeps).heights(), constant(form));
  }
}
