package whyc.op;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/**
 * What two operands of 8 bits give when they are multiplied: a property of the convolution or
 * matrix product that multiplies, as an approximate circuit is one of the machine that runs it.
 *
 * <p>Whether an operand is signed is a matter of its element type. A product of value {@code a} and
 * value {@code b} is asked for by those values; a table is read at their codes, the eight bits that
 * they are stored in.
 */
public sealed interface Product {

  /** Values that a code stands for, and so rows and columns of a table. */
  int CODES = 256;

  /** The product of two values of INT8 or UINT8 operands. */
  int of(int a, int b);

  static Product exact() {
    return new Exact();
  }

  /**
   * A product that a truth table states.
   *
   * @param name of the circuit, for people
   * @param products at {@code code(a) * 256 + code(b)}; 16 bits hold them all, signed or unsigned
   */
  static Product table(String name, int[] products) {
    return new Table(name, products.clone());
  }

  /** The table of a function of two codes, each from 0 to 255. */
  static Product table(String name, IntBinaryOperator product) {
    int[] products = new int[CODES * CODES];
    for (int i = 0; i < products.length; i++) {
      products[i] = product.applyAsInt(i / CODES, i % CODES);
    }
    return new Table(name, products);
  }

  /** {@code a * b}. */
  record Exact() implements Product {
    @Override
    public int of(int a, int b) {
      return a * b;
    }

    @Override
    public String toString() {
      return "exact";
    }
  }

  /**
   * The products of a truth table. Two tables of the same products are equal, whatever their names:
   * they compute the same.
   */
  final class Table implements Product {
    private final String name;
    private final int[] products;
    private final int hash;

    private Table(String name, int[] products) {
      if (products.length != CODES * CODES) {
        throw new IllegalArgumentException(
            "a product's table wants 65536 entries, got " + products.length + " for " + name);
      }
      int min = Arrays.stream(products).min().orElseThrow();
      int max = Arrays.stream(products).max().orElseThrow();
      if (min < Short.MIN_VALUE || max > (min < 0 ? Short.MAX_VALUE : 0xffff)) {
        throw new IllegalArgumentException(
            "a product's table wants entries that all fit 16 bits, signed or unsigned, got %d to %d for %s"
                .formatted(min, max, name));
      }
      this.name = name;
      this.products = products;
      this.hash = Arrays.hashCode(products);
    }

    public String name() {
      return name;
    }

    @Override
    public int of(int a, int b) {
      return products[(a & 0xff) * CODES + (b & 0xff)];
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Table t && hash == t.hash && Arrays.equals(products, t.products);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
