package whyc.multiplier;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Leaves out the product of what the operands have beyond their leading ones, or multiplies that
 * the same way again.
 *
 * <pre>{@code
 * I_n(a,b) = 2^(p+q) + (a - 2^p) * 2^q + (b - 2^q) * 2^p + I_(n-1)(a - 2^p, b - 2^q)      I_-1 = 0
 * }</pre>
 *
 * @param corrections n
 */
record IterativeLogarithm(int corrections) implements SizeCircuit {
  static final Family FAMILY =
      new Family(
          "babic",
          "I_N(a,b) = 2^(p+q) + (a - 2^p) 2^q + (b - 2^q) 2^p + I_(N-1)(a - 2^p, b - 2^q), I_-1 = 0",
          "Babic, Avramovic and Bulic 2011, An Iterative Logarithmic Multiplier (Microprocessors and"
              + " Microsystems 35(1))",
          List.of(
              Parameter.of("", "N", "corrections after the first product", 0, f -> f.bits() - 1)),
          form -> true,
          p -> new IterativeLogarithm(p.getFirst()),
          form -> IntStream.rangeClosed(0, 3).mapToObj(List::of).toList());

  @Override
  public Family family() {
    return FAMILY;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(corrections);
  }

  /** Each step leaves out the product of the rests, so all of them leave out that of the last. */
  @Override
  public int ofSizes(int a, int b, int bits) {
    int restA = a;
    int restB = b;
    for (int n = 0; n <= corrections; n++) {
      restA = Binary.rest(restA);
      restB = Binary.rest(restB);
    }
    return a * b - restA * restB;
  }

  /** A block starts as soon as the leading ones of the one before are taken off, so beside it. */
  @Override
  public Gates gatesOfSizes(int bits) {
    Gates operand = Gates.leadingOne(bits).then(Gates.shifter(2 * bits, bits));
    Gates block = operand.beside(operand).then(Gates.adder(2 * bits)).then(Gates.adder(2 * bits));
    Gates all = block;
    for (int n = 1; n <= corrections; n++) {
      all = all.beside(block).then(Gates.adder(2 * bits));
    }
    return all;
  }
}
