package whyc.multiplier;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Multiplies the k bits of each operand from its leading one on, the last of them set to one where
 * others follow, which is what those are on average.
 *
 * @param kept k
 */
record Drum(int kept) implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "drum",
          "d(a) * d(b), d(a) = a where a < 2^K, else ((a >> t) | 1) << t with t = floor(log2 a) - K"
              + " + 1",
          "Hashemi, Bahar and Reda 2015, DRUM: A Dynamic Range Unbiased Multiplier for Approximate"
              + " Applications (ICCAD)",
          List.of(
              Parameter.of(
                  "", "K", "bits kept from the leading one on", 2, form -> form.bits() - 1)),
          form -> true,
          p -> new Drum(p.getFirst()),
          form -> IntStream.range(3, form.bits()).mapToObj(List::of).toList());

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(kept);
  }

  @Override
  public int ofSizes(int a, int b, int bits) {
    return kept(a) * kept(b);
  }

  private int kept(int a) {
    int cut = Binary.length(a) - kept;
    return cut <= 0 ? a : (a >> cut | 1) << cut;
  }

  @Override
  public Gates gatesOfSizes(int bits) {
    int places = bits - kept + 1;
    Gates operand = Gates.leadingOne(bits).then(Gates.shifter(kept, places));
    return operand
        .beside(operand)
        .then(Gates.array(Gates.square(kept), 0))
        .then(Gates.shifter(2 * bits, 2 * places - 1));
  }
}
