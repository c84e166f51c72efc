package whyc.multiplier;

import java.util.stream.IntStream;

/**
 * For each weight the one to store in its place, so that an approximate circuit comes nearest to
 * the exact product.
 *
 * <pre>{@code
 * w  ->  argmin over v of sum over a of h(a) * |a*w - M(a,v)|        a: [codes]   w, v: [codes]
 * }</pre>
 *
 * As ALWANN maps weights (Mrazek et al. 2019, ICCAD), there with equal h. Of weights that are
 * equally good, w itself stays, else the first from the least value on is taken. The weight is the
 * second operand.
 */
public final class WeightMap {
  private final OperandForm form;

  /** By code: values. */
  private final int[] weights;

  private WeightMap(OperandForm form, int[] weights) {
    this.form = form;
    this.weights = weights;
  }

  /** The map where the first operand takes all values equally often. */
  public static WeightMap of(Multiplier m) {
    return of(m, Histogram.uniform(m.form()));
  }

  /** The map for a histogram of the first operand. Its time grows as {@code 8^w}. */
  public static WeightMap of(Multiplier m, Histogram first) {
    first.checkFits(m);
    OperandForm form = m.form();
    int[] weights =
        IntStream.range(0, form.codes())
            .parallel()
            .map(code -> nearest(m, first, form.value(code)))
            .toArray();
    return new WeightMap(form, weights);
  }

  private static int nearest(Multiplier m, Histogram first, int weight) {
    int nearest = weight;
    double least = distance(m, first, weight, weight, Double.POSITIVE_INFINITY);
    for (int v = m.form().min(); v <= m.form().max(); v++) {
      double distance = distance(m, first, weight, v, least);
      if (distance < least) {
        nearest = v;
        least = distance;
      }
    }
    return nearest;
  }

  /** Ends where it is more than {@code enough}. */
  private static double distance(
      Multiplier m, Histogram first, int weight, int stored, double enough) {
    int code = m.form().code(stored);
    double sum = 0;
    for (int a = 0; a < m.form().codes() && sum <= enough; a++) {
      sum += first.share(a) * Math.abs(m.form().value(a) * weight - m.atCodes(a, code));
    }
    return sum;
  }

  /** What to store for a weight. */
  public int of(int weight) {
    return weights[form.code(weight)];
  }

  /** How many weights are stored as another. */
  public int moved() {
    return (int)
        IntStream.range(0, weights.length)
            .filter(code -> weights[code] != form.value(code))
            .count();
  }
}
