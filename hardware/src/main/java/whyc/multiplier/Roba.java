package whyc.multiplier;

import java.util.List;

/**
 * Rounds operands to powers of two, which makes three of four products shifts, and leaves out the
 * fourth.
 *
 * <pre>{@code
 * a * b  ~  r(a)*b + r(b)*a - r(a)*r(b)         leaves out (r(a) - a) * (r(b) - b)
 * }</pre>
 *
 * Where two powers of two are equally near, {@code r} takes the larger; of 3 it takes 2.
 */
record Roba() implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "roba",
          "r(a) b + r(b) a - r(a) r(b), r the nearest power of two, of two the larger, r(3) = 2",
          "Zendegani, Kamal, Bahadori, Afzali-Kusha and Pedram 2017, RoBA Multiplier (IEEE TVLSI"
              + " 25(2)); signed: its exact S-RoBA",
          List.of(),
          form -> true,
          p -> new Roba(),
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
    int ra = rounded(a);
    int rb = rounded(b);
    return ra * b + rb * a - ra * rb;
  }

  private static int rounded(int a) {
    int low = Integer.highestOneBit(a);
    return a > 3 && a >= low + low / 2 ? 2 * low : low;
  }

  @Override
  public Gates gatesOfSizes(int bits) {
    Gates rounding = Gates.leadingOne(bits);
    Gates shifted = Gates.shifter(2 * bits, bits + 1);
    return rounding
        .beside(rounding)
        .then(shifted.beside(shifted).beside(shifted))
        .then(Gates.adder(2 * bits))
        .then(Gates.adder(2 * bits));
  }
}
