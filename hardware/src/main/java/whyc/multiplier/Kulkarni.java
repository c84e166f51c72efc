package whyc.multiplier;

import java.util.List;

/**
 * Built of blocks of 2 x 2 bits in which 3 * 3 is 7, so that each block has three outputs.
 *
 * <pre>{@code
 * sum over p, q of k(a_p, b_q) * 4^(p+q)       a_p: digits of two bits       k(3,3) = 7
 * }</pre>
 */
record Kulkarni() implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "kulkarni",
          "sum over digits p, q of two bits of k(a_p, b_q) 4^(p+q), where k(3,3) = 7 and else k ="
              + " a_p * b_q",
          "Kulkarni, Gupta and Ercegovac 2011, Trading Accuracy for Power with an Underdesigned"
              + " Multiplier Architecture (VLSI Design)",
          List.of(),
          form -> form.bits() % 2 == 0,
          p -> new Kulkarni(),
          form -> List.of(List.of()));

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of();
  }

  /** Each pair of digits of 3 lacks 2: digits of 3 are marked by their low bits. */
  @Override
  public int ofSizes(int a, int b, int bits) {
    return a * b - 2 * threes(a) * threes(b);
  }

  /** {@code sum over p of 4^p where digit p is 3}. */
  private static int threes(int a) {
    return a & a >> 1 & 0x55555555;
  }

  /** A block is four ANDs, of which two meet in an OR. */
  @Override
  public Gates gatesOfSizes(int bits) {
    int[] heights = new int[2 * bits];
    int blocks = bits * bits / 4;
    for (int p = 0; p < bits; p += 2) {
      for (int q = 0; q < bits; q += 2) {
        for (int output = 0; output < 3; output++) {
          heights[p + q + output]++;
        }
      }
    }
    // The array's own cells take the place of three ANDs of each block.
    return Gates.logic(blocks * 2 * Gates.AND, 0.5).then(Gates.array(heights, 0));
  }
}
