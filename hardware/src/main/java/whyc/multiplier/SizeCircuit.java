package whyc.multiplier;

import java.util.function.IntBinaryOperator;

/**
 * A circuit of unsigned operands. Signed ones are taken apart: their sizes, up to {@code 2^(w-1)},
 * are multiplied as they are, and the product is negated where one operand is negative.
 */
sealed interface SizeCircuit extends Circuit
    permits Kulkarni, LowerPartOr, Drum, Roba, Mitchell, MinimallyBiased, IterativeLogarithm {

  /** The product of two sizes below {@code 2^bits}. */
  int ofSizes(int a, int b, int bits);

  /** What the product of sizes is built of. */
  Gates gatesOfSizes(int bits);

  @Override
  default IntBinaryOperator on(OperandForm form) {
    int bits = form.bits();
    if (!form.signed()) {
      return (a, b) -> ofSizes(a, b, bits);
    }
    return (a, b) -> {
      int size = ofSizes(Math.abs(a), Math.abs(b), bits);
      return (a < 0) == (b < 0) ? size : -size;
    };
  }

  @Override
  default Gates gates(OperandForm form) {
    Gates sizes = gatesOfSizes(form.bits());
    if (!form.signed()) {
      return sizes;
    }
    Gates apart = Gates.negation(form.bits()).beside(Gates.negation(form.bits()));
    return apart.then(sizes).then(Gates.negation(2 * form.bits()));
  }
}
