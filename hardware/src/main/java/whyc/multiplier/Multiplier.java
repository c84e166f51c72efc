package whyc.multiplier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import whyc.op.Product;
import whyc.refusal.RefusedArgument;

/**
 * A function of two operands that multiplies them, exactly or nearly, stated by its table.
 *
 * <p>What it is called does not count: two multipliers are equal where they are the same function
 * of operands of the same form, and {@link #identity} says so in a line of text.
 */
public final class Multiplier {
  private static final int SHORT_IDENTITY = 12;

  private final OperandForm form;

  /** At {@code code(a) * codes + code(b)}. */
  private final int[] products;

  private Multiplier(OperandForm form, int[] products) {
    this.form = form;
    this.products = products;
  }

  /** A function of values. */
  public static Multiplier of(OperandForm form, IntBinaryOperator product) {
    int codes = form.codes();
    int[] products = new int[form.pairs()];
    IntStream.range(0, codes)
        .parallel()
        .forEach(a -> {
          for (int b = 0; b < codes; b++) {
            products[a * codes + b] = product.applyAsInt(form.value(a), form.value(b));
          }
        });
    return ofTable(form, products);
  }

  /**
   * A table.
   *
   * @param products at {@code code(a) * codes + code(b)}
   */
  static Multiplier ofTable(OperandForm form, int[] products) {
    if (products.length != form.pairs()) {
      throw new RefusedArgument(
          "a table of %s wants %d products, got %d"
              .formatted(form.describe(), form.pairs(), products.length));
    }
    for (int i = 0; i < products.length; i++) {
      if (!form.isProduct(products[i])) {
        throw new RefusedArgument(
            "a product of %s wants to be %d to %d, got %d for %d * %d"
                .formatted(
                    form.describe(),
                    form.minProduct(),
                    form.maxProduct(),
                    products[i],
                    form.value(i / form.codes()),
                    form.value(i % form.codes())));
      }
    }
    return new Multiplier(form, products);
  }

  public OperandForm form() {
    return form;
  }

  /** The product of two values. */
  public int of(int a, int b) {
    return atCodes(form.code(a), form.code(b));
  }

  /** The product of the values that two codes stand for. */
  public int atCodes(int a, int b) {
    return products[a << form.bits() | b];
  }

  /** {@code M(a,b) - a*b} of the values that two codes stand for. */
  int errorAtCodes(int a, int b) {
    return atCodes(a, b) - form.value(a) * form.value(b);
  }

  /** The same circuit with its operands exchanged. */
  public Multiplier swapped() {
    int codes = form.codes();
    int[] swapped = new int[products.length];
    for (int a = 0; a < codes; a++) {
      for (int b = 0; b < codes; b++) {
        swapped[a * codes + b] = atCodes(b, a);
      }
    }
    return new Multiplier(form, swapped);
  }

  /**
   * The product as a property of a line of a graph. There the left operand is what depends on the
   * image and the right one the weight: so {@code b} of this function is the weight. Where the
   * other operand of the circuit shall be it, ask {@link #swapped} for its product.
   *
   * @param name for people
   */
  public Product product(String name) {
    if (form.codes() != Product.CODES) {
      throw new RefusedArgument(
          "a product in a graph wants operands of 8 bits, got " + form.describe() + " for " + name);
    }
    return Product.table(name, products);
  }

  /**
   * The SHA-256 (FIPS 180-4) of the function, in hexadecimal: of the form's text in ASCII ({@code
   * 8s}), a zero byte, and all products as 32-bit integers, big endian, in the order of {@code
   * code(a) * codes + code(b)}.
   */
  public String identity() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((form + "\0").getBytes(StandardCharsets.US_ASCII));
      ByteBuffer row = ByteBuffer.allocate(form.codes() * Integer.BYTES);
      for (int a = 0; a < form.codes(); a++) {
        row.asIntBuffer().put(products, a * form.codes(), form.codes());
        digest.update(row.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** The first digits of an identity, which tell circuits of a catalogue apart. */
  public static String shortened(String identity) {
    return identity.substring(0, SHORT_IDENTITY);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Multiplier m && form.equals(m.form) && Arrays.equals(products, m.products);
  }

  @Override
  public int hashCode() {
    return 31 * form.hashCode() + Arrays.hashCode(products);
  }

  @Override
  public String toString() {
    return "multiplier of " + form.describe();
  }
}
