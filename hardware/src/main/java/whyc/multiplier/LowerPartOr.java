package whyc.multiplier;

import java.util.List;
import java.util.stream.IntStream;

/**
 * An array whose rows are added up one by one by adders that are ORs in their lower part.
 *
 * <pre>{@code
 * x + y  ~  ((x >> L) + (y >> L) + (x_(L-1) & y_(L-1))) << L  |  (x | y) & (2^L - 1)
 * }</pre>
 *
 * @param lower how many columns of least weight are ORs
 */
record LowerPartOr(int lower) implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "loa",
          "rows a_i * b * 2^i added up from i = 0 on by x + y ~ ((x >> L) + (y >> L) + (x_(L-1) &"
              + " y_(L-1))) << L | (x | y) & (2^L - 1)",
          "Mahdiani, Ahmadi, Fakhraie and Lucas 2010, Bio-Inspired Imprecise Computational Blocks"
              + " (IEEE TCAS-I 57(4)), lower-part-OR adder",
          List.of(
              Parameter.of("", "L", "columns of least weight that are ORs", 1, OperandForm::bits)),
          form -> true,
          p -> new LowerPartOr(p.getFirst()),
          form -> IntStream.rangeClosed(2, form.bits()).mapToObj(List::of).toList());

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(lower);
  }

  @Override
  public int ofSizes(int a, int b, int bits) {
    int sum = -(a & 1) & b;
    for (int i = 1; i < bits; i++) {
      sum = add(sum, -(a >> i & 1) & b << i);
    }
    return sum;
  }

  private int add(int x, int y) {
    int carry = (x & y) >> (lower - 1) & 1;
    int upper = (x >> lower) + (y >> lower) + carry;
    int low = (x | y) & ((1 << lower) - 1);
    return upper << lower | low;
  }

  /** The exact array but for low columns, of cells and ORs; the carry of each row is an AND. */
  @Override
  public Gates gatesOfSizes(int bits) {
    int[] heights = Gates.square(bits);
    double low = (bits - 1) * Gates.AND;
    for (int column = 0; column < lower; column++) {
      low += (2 * heights[column] - 1) * Gates.AND;
      heights[column] = 0;
    }
    return Gates.array(heights, 0).beside(Gates.logic(low, 0));
  }
}
