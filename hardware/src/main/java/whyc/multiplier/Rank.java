package whyc.multiplier;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The rank of a multiplier's table over the rational numbers: how many products of functions of one
 * operand each it is the sum of, at the least.
 *
 * <p>Counted modulo a prime. That is never more than the rank itself, and less only where the prime
 * divides every minor of the rank's size.
 */
public final class Rank {
  /** {@code 2^31 - 1}, by which a number is divided by adding up its digits of 31 bits. */
  private static final long PRIME = Integer.MAX_VALUE;

  private Rank() {}

  /**
   * Counts.
   *
   * @param most where to end
   * @return absent where the rank is larger
   */
  public static OptionalInt of(Multiplier m, int most) {
    int codes = m.form().codes();
    long[][] basis = new long[codes][0]; // by the first column that is not 0
    int rank = 0;
    for (int a = 0; a < codes; a++) {
      long[] row = row(m, a);
      int pivot = reduce(row, basis);
      if (pivot >= 0 && ++rank > most) {
        return OptionalInt.empty();
      }
      if (pivot >= 0) {
        basis[pivot] = normalised(row, pivot);
      }
    }
    return OptionalInt.of(rank);
  }

  private static long[] row(Multiplier m, int a) {
    long[] row = new long[m.form().codes()];
    Arrays.setAll(row, b -> Math.floorMod(m.atCodes(a, b), PRIME));
    return row;
  }

  /** Takes the basis out of a row; gives the first column that is left, or -1. */
  private static int reduce(long[] row, long[][] basis) {
    for (int column = 0; column < row.length; column++) {
      long[] vector = basis[column];
      if (row[column] != 0 && vector.length == 0) {
        return column;
      }
      if (row[column] != 0) {
        long times = PRIME - row[column];
        for (int i = column; i < row.length; i++) {
          row[i] = modulo(row[i] + times * vector[i]);
        }
      }
    }
    return -1;
  }

  /** Of a number from 0 to {@code 2^62 + 2^31}; without a division, loops of it are vectors. */
  private static long modulo(long number) {
    long folded = (number & PRIME) + (number >>> 31);
    long small = (folded & PRIME) + (folded >>> 31);
    return small >= PRIME ? small - PRIME : small;
  }

  private static long[] normalised(long[] row, int pivot) {
    long inverse = power(row[pivot], PRIME - 2);
    for (int i = pivot; i < row.length; i++) {
      row[i] = modulo(row[i] * inverse);
    }
    return row;
  }

  private static long power(long base, long exponent) {
    long power = 1;
    for (long b = base, e = exponent; e > 0; b = modulo(b * b), e >>= 1) {
      power = (e & 1) == 1 ? modulo(power * b) : power;
    }
    return power;
  }
}
