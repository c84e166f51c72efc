package whyc.multiplier;

import java.util.ArrayList;
import java.util.List;

/**
 * The array of Mahdiani et al. without the cells above a horizontal and right of a vertical line:
 * rows of low bits of the first operand, and columns of least weight.
 *
 * @param horizontal how many rows are left out
 * @param vertical how many columns
 */
record BrokenArray(int horizontal, int vertical) implements ArrayCircuit {
  static final Family FAMILY =
      new Family(
          "bam",
          "sum over i >= H and i + j >= V of a_i b_j 2^(i+j)",
          "Mahdiani, Ahmadi, Fakhraie and Lucas 2010, Bio-Inspired Imprecise Computational Blocks"
              + " (IEEE TCAS-I 57(4)), broken-array multiplier",
          List.of(
              Parameter.of("h", "H", "rows of the first operand left out", 0, f -> f.bits() - 1),
              Parameter.of("v", "V", "columns of least weight left out", 0, f -> 2 * f.bits() - 2)),
          form -> true,
          p -> new BrokenArray(p.get(0), p.get(1)),
          BrokenArray::shown);

  private static List<List<Integer>> shown(OperandForm form) {
    List<List<Integer>> shown = new ArrayList<>();
    for (int v = 2; v <= form.bits() + 1; v++) {
      shown.add(List.of(0, v));
    }
    for (int h = 1; h <= form.bits() / 2; h++) {
      shown.add(List.of(h, h + 2));
      shown.add(List.of(h, h + 4));
    }
    return shown;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(horizontal, vertical);
  }

  @Override
  public boolean keeps(int i, int j) {
    return i >= horizontal && i + j >= vertical;
  }
}
