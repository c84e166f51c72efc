package whyc.op.route;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Product;

/**
 * How sums of a product are computed fastest without a bit of difference, chosen by what its table
 * is.
 */
public sealed interface Route {

  /**
   * Single precision holds every integer up to this size, so sums below it are exact in any order.
   */
  long EXACT = 1 << 24;

  /**
   * The exact product of operands some bits of which do not count: {@code (a & leftMask) * (b &
   * rightMask)}, read with the sign of each operand. Masks of 255 are the exact product itself.
   */
  record Masked(int leftMask, int rightMask, boolean leftSigned, boolean rightSigned)
      implements Route {
    public List<Term> terms() {
      return List.of(Term.masked(leftMask, leftSigned, rightMask, rightSigned));
    }
  }

  /** A sum of products of functions of one operand each. */
  record LowRank(List<Term> terms) implements Route {
    public LowRank {
      terms = List.copyOf(terms);
    }
  }

  /** Any table, read entry by entry. */
  record LookUp() implements Route {}

  /**
   * The route of a product of operands that are signed or not.
   *
   * @param mostTerms more terms than this are slower than looking products up
   */
  static Route of(Product product, boolean leftSigned, boolean rightSigned, int mostTerms) {
    int[] left = values(leftSigned);
    int[] right = values(rightSigned);
    return masked(product, left, right, leftSigned, rightSigned)
        .or(() ->
            Factorization.of(product, left, right, mostTerms)
                .filter(terms ->
                    terms.stream().allMatch(Term::isShort)
                        && terms.stream().mapToLong(Term::bound).sum() <= EXACT)
                .map(LowRank::new))
        .orElseGet(LookUp::new);
  }

  /** The value that each code stands for. */
  static int[] values(boolean signed) {
    return IntStream.range(0, Product.CODES).map(code -> signed ? (byte) code : code).toArray();
  }

  /** Bits count where they change the product with a one on the other side. */
  private static Optional<Route> masked(
      Product product, int[] left, int[] right, boolean leftSigned, boolean rightSigned) {
    int leftMask = 0;
    int rightMask = 0;
    for (int bit = 1; bit < Product.CODES; bit *= 2) {
      for (int code = 0; code < Product.CODES; code++) {
        leftMask |= product.of(left[bit], right[code]) != 0 ? bit : 0;
        rightMask |= product.of(left[code], right[bit]) != 0 ? bit : 0;
      }
    }
    Masked route = new Masked(leftMask, rightMask, leftSigned, rightSigned);
    Term term = route.terms().getFirst();
    for (int a = 0; a < Product.CODES; a++) {
      for (int b = 0; b < Product.CODES; b++) {
        if (term.left()[a] * term.right()[b] != product.of(left[a], right[b])) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(route);
  }
}
