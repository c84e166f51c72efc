package whyc.multiplier;

import java.util.List;
import java.util.function.IntBinaryOperator;

/** The product itself, of all partial products. */
record Exact() implements ArrayCircuit {
  static final Family FAMILY =
      new Family(
          "exact",
          "a * b",
          "Baugh and Wooley 1973, A Two's Complement Parallel Array Multiplication Algorithm",
          List.of(),
          form -> true,
          p -> new Exact(),
          form -> List.of(List.of()));

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of();
  }

  @Override
  public boolean keeps(int i, int j) {
    return true;
  }

  @Override
  public IntBinaryOperator on(OperandForm form) {
    return (a, b) -> a * b;
  }
}
