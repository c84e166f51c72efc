package whyc.multiplier;

import java.util.ArrayList;
import java.util.List;

/**
 * An array without some rows one after the other.
 *
 * @param from the first row left out
 * @param count how many are
 */
record Perforated(int from, int count) implements ArrayCircuit {
  static final Family FAMILY =
      new Family(
          "perforate",
          "sum over i < J or i >= J + N of a_i * b * 2^i",
          "Zervakis, Tsoumanis, Xydis, Soudris and Pekmestzi 2016, Design-Efficient Approximate"
              + " Multiplication Circuits Through Partial Product Perforation (IEEE TVLSI 24(10))",
          List.of(
              Parameter.of("j", "J", "first row left out", 0, f -> f.bits() - 2),
              Parameter.of("n", "N", "rows left out from there on", 1, f -> f.bits() - 1)),
          form -> true,
          p -> new Perforated(p.get(0), p.get(1)),
          Perforated::shown);

  private static List<List<Integer>> shown(OperandForm form) {
    List<List<Integer>> shown = new ArrayList<>();
    for (int count = 1; count <= form.bits() / 2; count++) {
      shown.add(List.of(0, count));
      shown.add(List.of(1, count));
    }
    return shown;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(from, count);
  }

  @Override
  public boolean keeps(int i, int j) {
    return i < from || i >= from + count;
  }
}
