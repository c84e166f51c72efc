package whyc.multiplier;

import java.math.BigInteger;

/** How a design is built, for those who build it. */
public sealed interface Structure {

  /**
   * Partial products that are added up.
   *
   * @param kept bit {@code i * bits + j} tells whether bit i of the first and bit j of the second
   *     operand are multiplied
   * @param constant what is added to every product
   */
  record Array(BigInteger kept, int constant) implements Structure {}

  /**
   * Sizes that are multiplied in a way of the family's own; the product of signed operands is
   * negated where one of them is negative.
   */
  record Sizes() implements Structure {}
}
