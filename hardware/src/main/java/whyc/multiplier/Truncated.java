package whyc.multiplier;

import java.util.List;
import java.util.stream.IntStream;

/**
 * An array without its columns of least weight, and a constant for what they would have added on
 * average.
 *
 * <pre>{@code
 * sum over i + j >= C of a_i * b_j * 2^(i+j)  +  round(E / 2^C) * 2^C
 * E = 1/4 * sum over i + j < C of 2^(i+j), less where a cell counts negative
 * }</pre>
 *
 * Each cell is 1 in a quarter of all pairs of operands. A product of zero is not zero where the
 * constant is not.
 *
 * @param columns how many columns are left out
 */
record Truncated(int columns) implements ArrayCircuit {
  static final Family FAMILY =
      new Family(
          "trunc",
          "sum over i + j >= C of a_i b_j 2^(i+j), plus the mean of the columns left out, rounded"
              + " to 2^C",
          "Schulte and Swartzlander 1993, Truncated Multiplication with Correction Constant (VLSI"
              + " Signal Processing VI)",
          List.of(Parameter.of("", "C", "columns of least weight left out", 1, OperandForm::bits)),
          form -> true,
          p -> new Truncated(p.getFirst()),
          form -> IntStream.rangeClosed(2, form.bits()).mapToObj(List::of).toList());

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(columns);
  }

  @Override
  public boolean keeps(int i, int j) {
    return i + j >= columns;
  }

  /** Half of a constant's step is rounded up. */
  @Override
  public int constant(OperandForm form) {
    int all = form.codes() - 1;
    int ones = form.value(all); // -1 where signed: all cells of all ones add up to the product
    int dropped = ones * ones - Cells.of(form, this::keeps).sum(ones, ones);
    return Math.floorDiv(dropped + (2 << columns), 4 << columns) << columns;
  }
}
