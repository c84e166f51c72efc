package whyc.multiplier;

import java.util.List;

/**
 * Mitchell's product and a twelfth of its power of two, which is what it lacks on average.
 *
 * <pre>{@code
 * a = 2^p * (1 + x)    b = 2^q * (1 + y)
 * Mitchell(a,b) + floor(2^(p+q) / 12)
 * }</pre>
 *
 * Mitchell leaves out {@code x*y} of {@code 2^(p+q)} where {@code x + y < 1} and {@code
 * (1-x)*(1-y)} else: 1/12 on average of all x and y on either side. What would not fit {@code 2w}
 * bits is the largest that does.
 */
record MinimallyBiased() implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "mbm",
          "mitchell(a,b) + floor(2^(p+q) / 12), p and q the places of the leading ones; at most"
              + " 2^(2w) - 1",
          "Saadat, Bokhari and Parameswaran 2018, Minimally Biased Multipliers for Approximate"
              + " Integer and Floating-Point Multiplication (IEEE TCAD 37(11)); the constant unrounded",
          List.of(),
          form -> true,
          p -> new MinimallyBiased(),
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
  public int ofSizes(int a, int b, int bits) {
    if (a == 0 || b == 0) {
      return 0;
    }
    int twelfth = (1 << (Binary.log2(a) + Binary.log2(b))) / 12;
    return Math.min(Mitchell.logarithmic(a, b) + twelfth, (1 << (2 * bits)) - 1);
  }

  @Override
  public Gates gatesOfSizes(int bits) {
    return new Mitchell().gatesOfSizes(bits).then(Gates.adder(bits - 1));
  }
}
