package whyc.multiplier;

import java.util.Arrays;

/** How often an operand takes each of its values. */
public final class Histogram {
  private final OperandForm form;

  /** By code, adding up to 1. */
  private final double[] shares;

  private Histogram(OperandForm form, double[] shares) {
    this.form = form;
    this.shares = shares;
  }

  /** From how often each code was seen, or any other weights that are not negative. */
  public static Histogram of(OperandForm form, double[] counts) {
    if (counts.length != form.codes()) {
      throw new IllegalArgumentException(
          "a histogram of %s wants %d counts, got %d"
              .formatted(form.describe(), form.codes(), counts.length));
    }
    double sum = 0;
    for (double count : counts) {
      if (!(count >= 0) || Double.isInfinite(count)) {
        throw new IllegalArgumentException("a histogram wants counts from 0 on, got " + count);
      }
      sum += count;
    }
    if (sum == 0) {
      throw new IllegalArgumentException("a histogram wants a count that is not 0");
    }
    double all = sum;
    return new Histogram(form, Arrays.stream(counts).map(count -> count / all).toArray());
  }

  /** All values equally often. */
  public static Histogram uniform(OperandForm form) {
    double[] counts = new double[form.codes()];
    Arrays.fill(counts, 1);
    return of(form, counts);
  }

  /** How often the value of a code is taken, from 0 to 1. */
  public double share(int code) {
    return shares[code];
  }

  public OperandForm form() {
    return form;
  }

  void checkFits(Multiplier m) {
    if (!form.equals(m.form())) {
      throw new IllegalArgumentException(
          "a histogram of %s does not fit a multiplier of %s"
              .formatted(form.describe(), m.form().describe()));
    }
  }
}
