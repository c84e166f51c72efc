package whyc.multiplier;

import java.util.List;

/** The list of families. */
public final class Families {
  private static final List<Family> ALL =
      List.of(
          Exact.FAMILY,
          BrokenArray.FAMILY,
          OperandCut.FAMILY,
          Perforated.FAMILY,
          Truncated.FAMILY,
          LowerPartOr.FAMILY,
          Kulkarni.FAMILY,
          Drum.FAMILY,
          Roba.FAMILY,
          Mitchell.FAMILY,
          MinimallyBiased.FAMILY,
          IterativeLogarithm.FAMILY);

  private Families() {}

  public static List<Family> all() {
    return ALL;
  }

  static List<String> names() {
    return ALL.stream().map(Family::name).toList();
  }
}
