package whyc.multiplier;

import java.util.ArrayList;
import java.util.List;

/**
 * The exact product of operands whose low bits are cut off.
 *
 * @param first how many low bits of the first operand do not count
 * @param second how many of the second
 */
record OperandCut(int first, int second) implements ArrayCircuit {
  static final Family FAMILY =
      new Family(
          "cut",
          "(a & ~(2^A - 1)) * (b & ~(2^B - 1))",
          "found by evolution: 1L2J, 1L2L and 1L2N of EvoApproxLib (Mrazek, Hrbacek, Vasicek and"
              + " Sekanina 2017, DATE) are such",
          List.of(
              Parameter.of("a", "A", "low bits of the first operand cut", 0, f -> f.bits() - 1),
              Parameter.of("b", "B", "low bits of the second operand cut", 0, f -> f.bits() - 1)),
          form -> true,
          p -> new OperandCut(p.get(0), p.get(1)),
          OperandCut::shown);

  private static List<List<Integer>> shown(OperandForm form) {
    List<List<Integer>> shown = new ArrayList<>();
    for (int bits = 1; bits <= form.bits() / 2; bits++) {
      shown.add(List.of(bits, 0));
      shown.add(List.of(bits, bits));
    }
    return shown;
  }

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(first, second);
  }

  @Override
  public boolean keeps(int i, int j) {
    return i >= first && j >= second;
  }
}
