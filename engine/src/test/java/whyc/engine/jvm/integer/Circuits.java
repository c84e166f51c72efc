package whyc.engine.jvm.integer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import whyc.op.Product;

/** Products of known multipliers, unsigned ones and those that work on signs and sizes. */
final class Circuits {
  private Circuits() {}

  static Map<String, Product> all() {
    Map<String, Product> all = new LinkedHashMap<>();
    all.put("exact", Product.exact());
    unsigned().forEach((name, f) -> all.put(name, Product.table(name, f)));
    unsigned().forEach((name, f) -> all.put("signed " + name, signed(name, f)));
    all.put("zero", Product.table("zero", (a, b) -> 0));
    SplittableRandom random = new SplittableRandom(1);
    all.put("random", Product.table("random", random.ints(65536, -32768, 32768).toArray()));
    all.put("unsigned random", Product.table("wide", random.ints(65536, 0, 65536).toArray()));
    return all;
  }

  private static Map<String, IntBinaryOperator> unsigned() {
    Map<String, IntBinaryOperator> all = new LinkedHashMap<>();
    all.put("product of codes", (a, b) -> a * b);
    all.put("truncated 2 and 4 bits", (a, b) -> (a & ~3) * (b & ~15));
    all.put("row perforation", (a, b) -> a * (b & 0b11100111));
    all.put("broken array 4", (a, b) -> brokenArray(a, b, 4));
    all.put("broken array 8", (a, b) -> brokenArray(a, b, 8));
    all.put("DRUM-4", (a, b) -> drum(a, 4) * drum(b, 4));
    all.put("DRUM-6", (a, b) -> drum(a, 6) * drum(b, 6));
    all.put("Kulkarni", (a, b) -> kulkarni(a, b, 8));
    all.put("RoBA", Circuits::roba);
    all.put("Mitchell", Circuits::mitchell);
    return all;
  }

  /** Signs apart, sizes by an unsigned circuit, as most signed ones are built. */
  private static Product signed(String name, IntBinaryOperator f) {
    return Product.table(
        "signed " + name,
        (a, b) -> {
          int size = f.applyAsInt(Math.abs((byte) a), Math.abs((byte) b));
          return ((byte) a < 0) == ((byte) b < 0) ? size : -size;
        });
  }

  /** Mahdiani et al. 2010: cells of the array below a column are left out. */
  private static int brokenArray(int a, int b, int columns) {
    int sum = 0;
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) {
        sum += i + j >= columns ? (a >> i & b >> j & 1) << (i + j) : 0;
      }
    }
    return sum;
  }

  /** Hashemi et al. 2015: k bits from the leading one, the last of them set. */
  private static int drum(int a, int k) {
    int cut = Math.max(0, 32 - Integer.numberOfLeadingZeros(a) - k);
    return cut == 0 ? a : (a >> cut | 1) << cut;
  }

  /** Kulkarni et al. 2011: built of 2 x 2 blocks in which 3 * 3 is 7. */
  private static int kulkarni(int a, int b, int bits) {
    if (bits == 2) {
      return a == 3 && b == 3 ? 7 : a * b;
    }
    int half = bits / 2;
    int low = (1 << half) - 1;
    return kulkarni(a & low, b & low, half)
        + ((kulkarni(a >> half, b & low, half) + kulkarni(a & low, b >> half, half)) << half)
        + (kulkarni(a >> half, b >> half, half) << bits);
  }

  /** Zendegani et al. 2017: {@code a * r(b) + b * r(a) - r(a) * r(b)}, r the next power of two. */
  private static int roba(int a, int b) {
    int sum = a * rounded(b) + b * rounded(a) - rounded(a) * rounded(b);
    return Math.clamp(sum, 0, 65535);
  }

  private static int rounded(int a) {
    int top = Integer.highestOneBit(a);
    return a >= top + top / 2 && a > 1 ? 2 * top : top;
  }

  /** Mitchell 1962: logarithms by a straight line between powers of two. */
  private static int mitchell(int a, int b) {
    if (a == 0 || b == 0) {
      return 0;
    }
    int ka = 31 - Integer.numberOfLeadingZeros(a);
    int kb = 31 - Integer.numberOfLeadingZeros(b);
    long fraction = ((long) (a - (1 << ka)) << kb) + ((long) (b - (1 << kb)) << ka);
    long one = 1L << (ka + kb);
    return (int) (fraction < one ? one + fraction : 2 * fraction);
  }
}
