package whyc.multiplier;

import java.util.List;
import java.util.function.IntBinaryOperator;

/** How a multiplier is built, for operands of any form that its family takes. */
public sealed interface Circuit permits ArrayCircuit, SizeCircuit {

  Family family();

  /** In the order of the family's parameters. */
  List<Integer> parameters();

  /** What it computes of two values of a form. */
  IntBinaryOperator on(OperandForm form);

  /** What it is built of. */
  Gates gates(OperandForm form);
}
