package whyc.engine.jvm.integer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.op.Product;

/**
 * Writes a table of products as a short sum of products of integers, exactly.
 *
 * <pre>{@code
 * T[a][b] = sum_r left_r[a] * right_r[b]
 * }</pre>
 *
 * Cross approximation (Bebendorf 2000) in integers: an entry {@code p} at row i and column j takes
 * the term {@code T[:,j] * T[i,:] / p} away, and with it row i, column j and one from the rank.
 * Among the entries that leave integers, which is where {@code p} divides its whole row or its
 * whole column, the one with the smallest term is taken, so that sums stay small.
 */
final class Factorization {
  private static final int CODES = Product.CODES;

  private final long[][] rest = new long[CODES][CODES];
  private final List<Term> terms = new ArrayList<>();

  private Factorization(Product product, int[] left, int[] right) {
    for (int a = 0; a < CODES; a++) {
      for (int b = 0; b < CODES; b++) {
        rest[a][b] = product.of(left[a], right[b]);
      }
    }
  }

  /**
   * Terms that add up to a product.
   *
   * @param left the value of each code of the left operand
   * @param most how many terms there may be
   * @return absent where no such sum is found
   */
  static Optional<List<Term>> of(Product product, int[] left, int[] right, int most) {
    Factorization f = new Factorization(product, left, right);
    while (!f.isDone()) {
      if (f.terms.size() == most || !f.takeTerm()) {
        return Optional.empty();
      }
    }
    return f.isRight(product, left, right) ? Optional.of(List.copyOf(f.terms)) : Optional.empty();
  }

  private boolean isDone() {
    for (long[] row : rest) {
      for (long entry : row) {
        if (entry != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** What decides about the entries of a row or column: its largest entry and common divisor. */
  private record Line(long largest, long divisor) {
    static Line of(long[] entries) {
      long largest = 0;
      long divisor = 0;
      for (long entry : entries) {
        long size = Math.abs(entry);
        largest = Math.max(largest, size);
        divisor = divisor(divisor, size);
      }
      return new Line(largest, divisor);
    }

    private static long divisor(long a, long b) {
      return b == 0 ? a : divisor(b, a % b);
    }
  }

  private boolean takeTerm() {
    Line[] rows = new Line[CODES];
    Line[] columns = new Line[CODES];
    for (int i = 0; i < CODES; i++) {
      rows[i] = Line.of(rest[i]);
      columns[i] = Line.of(column(i));
    }
    double best = Double.MAX_VALUE;
    int row = -1;
    int at = -1;
    for (int i = 0; i < CODES; i++) {
      for (int j = 0; j < CODES; j++) {
        long p = Math.abs(rest[i][j]);
        if (p != 0 && (rows[i].divisor % p == 0 || columns[j].divisor % p == 0)) {
          double size = (double) rows[i].largest * columns[j].largest / p;
          if (size < best) {
            best = size;
            row = i;
            at = j;
          }
        }
      }
    }
    return row >= 0 && take(row, at, rows[row].divisor);
  }

  private long[] column(int j) {
    long[] entries = new long[CODES];
    for (int i = 0; i < CODES; i++) {
      entries[i] = rest[i][j];
    }
    return entries;
  }

  /** Takes the term of one entry away; false where its numbers are too large to be of use. */
  private boolean take(int i, int j, long rowDivisor) {
    long p = rest[i][j];
    boolean rowDivides = rowDivisor % p == 0;
    long[] left = column(j);
    long[] right = rest[i].clone();
    int[] u = new int[CODES];
    int[] v = new int[CODES];
    for (int k = 0; k < CODES; k++) {
      long a = rowDivides ? left[k] : left[k] / p;
      long b = rowDivides ? right[k] / p : right[k];
      u[k] = (int) a;
      v[k] = (int) b;
      if (u[k] != a || v[k] != b) {
        return false;
      }
    }
    for (int a = 0; a < CODES; a++) {
      for (int b = 0; b < CODES; b++) {
        rest[a][b] -= (long) u[a] * v[b];
      }
    }
    terms.add(new Term(u, v));
    return true;
  }

  private boolean isRight(Product product, int[] left, int[] right) {
    for (int a = 0; a < CODES; a++) {
      for (int b = 0; b < CODES; b++) {
        long sum = 0;
        for (Term t : terms) {
          sum += (long) t.left()[a] * t.right()[b];
        }
        if (sum != product.of(left[a], right[b])) {
          return false;
        }
      }
    }
    return true;
  }
}
