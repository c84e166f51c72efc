package whyc.multiplier;

import java.util.function.ToIntFunction;

/**
 * A number that tells circuits of a family apart.
 *
 * @param letter before the number in a name; none where a family has only one
 * @param symbol what formulas call it
 * @param means in words
 * @param min the smallest for operands of a form
 */
public record Parameter(
    String letter,
    String symbol,
    String means,
    ToIntFunction<OperandForm> min,
    ToIntFunction<OperandForm> max) {

  static Parameter of(
      String letter, String symbol, String means, int min, ToIntFunction<OperandForm> max) {
    return new Parameter(letter, symbol, means, form -> min, max);
  }

  boolean takes(int value, OperandForm form) {
    return value >= min.applyAsInt(form) && value <= max.applyAsInt(form);
  }
}
