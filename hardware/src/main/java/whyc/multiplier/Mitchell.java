package whyc.multiplier;

import java.util.List;

/**
 * Adds logarithms whose fractions are straight lines between powers of two.
 *
 * <pre>{@code
 * a = 2^p * (1 + x)    b = 2^q * (1 + y)
 * a * b  ~  2^(p+q) * (1 + x + y)      where x + y < 1
 *           2^(p+q) * 2 * (x + y)      else
 * }</pre>
 */
record Mitchell() implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "mitchell",
          "a = 2^p (1+x), b = 2^q (1+y): 2^(p+q) (1+x+y) where x+y < 1, else 2^(p+q+1) (x+y)",
          "Mitchell 1962, Computer Multiplication and Division Using Binary Logarithms (IRE Trans."
              + " Electronic Computers EC-11)",
          List.of(),
          form -> true,
          p -> new Mitchell(),
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
    return logarithmic(a, b);
  }

  static int logarithmic(int a, int b) {
    if (a == 0 || b == 0) {
      return 0;
    }
    int one = Integer.highestOneBit(a) << Binary.log2(b);
    int fractions = (Binary.rest(a) << Binary.log2(b)) + (Binary.rest(b) << Binary.log2(a));
    return fractions < one ? one + fractions : 2 * fractions;
  }

  @Override
  public Gates gatesOfSizes(int bits) {
    Gates logarithm = Gates.leadingOne(bits).then(Gates.shifter(bits - 1, bits));
    return logarithm
        .beside(logarithm)
        .then(Gates.adder(bits - 1 + Binary.length(bits - 1)))
        .then(Gates.shifter(2 * bits, 2 * bits));
  }
}
