package whyc.op.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import whyc.op.Product;

/**
 * Writes a table of products as a short sum of products of integers, exactly.
 *
 * <pre>{@code
 * T[a][b] = sum_r left_r[a] * right_r[b]
 * }</pre>
 *
 * The right factors are a basis of the lattice that the rows of the table span, which has as many
 * elements as the table's rank; the left ones say how each row is made of them. Euclid's algorithm
 * on the rows, column by column, leaves such a basis (Cohen 1993, A Course in Computational
 * Algebraic Number Theory, section 2.4); subtracting multiples of one from another as long as that
 * shortens it then keeps the numbers small.
 */
final class Factorization {
  private static final int CODES = Product.CODES;

  /** The table's rows, and what is left of them. */
  private final long[][] rows = new long[CODES][CODES];

  /** Rows that were not chosen yet. */
  private final Set<Integer> open = new TreeSet<>();

  private final List<long[]> right = new ArrayList<>();

  /** For each element of the basis its first column that is not 0, which in all later ones is. */
  private final List<Integer> columns = new ArrayList<>();

  private final List<long[]> left = new ArrayList<>();

  private Factorization(Product product, int[] left, int[] right) {
    for (int a = 0; a < CODES; a++) {
      open.add(a);
      for (int b = 0; b < CODES; b++) {
        rows[a][b] = product.of(left[a], right[b]);
      }
    }
  }

  /**
   * Terms that add up to a product.
   *
   * @param left the value of each code of the left operand
   * @param most how many terms there may be
   * @return absent where there are more, or where their numbers are too large
   */
  static Optional<List<Term>> of(Product product, int[] left, int[] right, int most) {
    try {
      Factorization f = new Factorization(product, left, right);
      for (int column = 0; column < CODES && f.right.size() <= most; column++) {
        f.reduce(column);
      }
      if (f.right.size() > most) {
        return Optional.empty();
      }
      f.solve(product, left, right);
      f.shorten();
      return Optional.of(f.terms()).filter(terms -> isSum(terms, product, left, right));
    } catch (ArithmeticException e) { // a number left its range
      return Optional.empty();
    }
  }

  /** Leaves at most one open row that is not 0 in a column, and takes it into the basis. */
  private void reduce(int column) {
    for (int least = least(column); least >= 0; least = least(column)) {
      boolean alone = true;
      for (int row : open) {
        if (row != least && rows[row][column] != 0) {
          long times = Math.round((double) rows[row][column] / rows[least][column]);
          add(rows[row], rows[least], -times);
          alone &= rows[row][column] == 0;
        }
      }
      if (alone) {
        open.remove(least);
        right.add(rows[least]);
        columns.add(column);
      }
    }
  }

  /** The open row with the smallest entry of a column that is not 0, or -1. */
  private int least(int column) {
    int least = -1;
    for (int row : open) {
      long entry = Math.abs(rows[row][column]);
      if (entry != 0 && (least < 0 || entry < Math.abs(rows[least][column]))) {
        least = row;
      }
    }
    return least;
  }

  /** Adds multiples of a vector to another. */
  private static void add(long[] to, long[] vector, long times) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.addExact(to[i], Math.multiplyExact(times, vector[i]));
    }
  }

  /** How each row of the table is made of the basis, from its first column to its last. */
  private void solve(Product product, int[] leftValues, int[] rightValues) {
    right.forEach(r -> left.add(new long[CODES]));
    for (int a = 0; a < CODES; a++) {
      long[] rest = new long[CODES];
      for (int b = 0; b < CODES; b++) {
        rest[b] = product.of(leftValues[a], rightValues[b]);
      }
      for (int r = 0; r < right.size(); r++) {
        int column = columns.get(r);
        long times = rest[column] / right.get(r)[column];
        left.get(r)[a] = times;
        add(rest, right.get(r), -times);
      }
    }
  }

  private void shorten() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < right.size(); i++) {
        for (int j = 0; j < right.size(); j++) {
          long times = i == j ? 0 : times(right.get(i), right.get(j));
          if (times != 0) {
            changed = true;
            add(right.get(i), right.get(j), -times);
            add(left.get(j), left.get(i), times);
          }
        }
      }
    }
  }

  /** How often to take a vector from another to make that as short as can be. */
  private static long times(long[] from, long[] vector) {
    double inner = 0;
    double square = 0;
    for (int b = 0; b < CODES; b++) {
      inner += (double) from[b] * vector[b];
      square += (double) vector[b] * vector[b];
    }
    // A half would be taken to and fro for ever.
    double times = inner / square;
    return Math.abs(times) <= 0.5 + 1e-9 ? 0 : Math.round(times);
  }

  private List<Term> terms() {
    return IntStream.range(0, right.size())
        .mapToObj(r -> new Term(ints(left.get(r)), ints(right.get(r))))
        .toList();
  }

  private static int[] ints(long[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }

  private static boolean isSum(List<Term> terms, Product product, int[] left, int[] right) {
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
