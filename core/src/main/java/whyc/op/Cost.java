package whyc.op;

/**
 * Arithmetic of one line, counted from its types alone.
 *
 * @param multiplyAdds multiplications followed by an addition, the unit of the papers
 * @param elementary every other arithmetic operation on one element: additions, comparisons,
 *     maxima, and a nominal count for a transcendental function
 */
public record Cost(long multiplyAdds, long elementary) {
  public static final Cost NONE = new Cost(0, 0);

  /** Nominal count of a transcendental function: a range reduction and a polynomial. */
  public static final int TRANSCENDENTAL = 10;

  public Cost plus(Cost other) {
    return new Cost(multiplyAdds + other.multiplyAdds, elementary + other.elementary);
  }

  static Cost elementary(long count) {
    return new Cost(0, count);
  }
}
