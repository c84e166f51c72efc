package whyc.multiplier;

import whyc.refusal.RefusedArgument;

/**
 * What operands of a multiplier are: numbers of some bits, in two's complement where they are
 * signed. A code is the bits of an operand read as a number from 0 on.
 *
 * @param bits of each operand, {@value #FEWEST} to {@value #MOST}; the product has twice as many
 */
public record OperandForm(int bits, boolean signed) {
  public static final int FEWEST = 4;
  public static final int MOST = 12;

  public OperandForm {
    if (bits < FEWEST || bits > MOST) {
      throw new RefusedArgument(
          "a multiplier wants operands of %d to %d bits, got %d".formatted(FEWEST, MOST, bits));
    }
  }

  public static OperandForm signed(int bits) {
    return new OperandForm(bits, true);
  }

  public static OperandForm unsigned(int bits) {
    return new OperandForm(bits, false);
  }

  /** How many values an operand takes. */
  public int codes() {
    return 1 << bits;
  }

  /** How many pairs of operands there are. */
  public int pairs() {
    return 1 << (2 * bits);
  }

  /** The value that a code stands for. */
  public int value(int code) {
    return signed ? code << (Integer.SIZE - bits) >> (Integer.SIZE - bits) : code;
  }

  /** The code of a value. */
  public int code(int value) {
    return value & (codes() - 1);
  }

  public int min() {
    return signed ? -codes() / 2 : 0;
  }

  public int max() {
    return signed ? codes() / 2 - 1 : codes() - 1;
  }

  /** The least product of twice the bits. */
  public int minProduct() {
    return signed ? -pairs() / 2 : 0;
  }

  /** The largest product of twice the bits. */
  public int maxProduct() {
    return signed ? pairs() / 2 - 1 : pairs() - 1;
  }

  boolean isProduct(int product) {
    return product >= minProduct() && product <= maxProduct();
  }

  /** In words. */
  public String describe() {
    return "%s operands of %d bits".formatted(signed ? "signed" : "unsigned", bits);
  }

  /** As names have it: {@code 8s}, {@code 8u}. */
  @Override
  public String toString() {
    return bits + (signed ? "s" : "u");
  }
}
