package whyc.measure;

import java.util.BitSet;
import whyc.tensor.Tensor;

/**
 * Intersection over union of the places with the highest scores in two maps.
 *
 * <pre>{@code
 * IoU = |A and B| / |A or B|      A, B: the k highest places of each, k = ceil(share * places)
 * }</pre>
 *
 * (Jaccard 1901, of top-k sets.) A place's score is its value in a map [h,w], and the sum of
 * absolute values over channels in one [c,h,w]. Of equal scores the place comes first that stands
 * first, row by row: where less than k places of a pruned map are left, it is filled up in that
 * order.
 *
 * @param share of the places, above 0 and at most 1
 */
public record TopOverlap(double share) implements Fidelity {
  public TopOverlap {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "an overlap wants a share of places above 0, at most 1, got " + share);
    }
  }

  @Override
  public double of(Tensor exact, Tensor changed) {
    Places.checkPair("the overlap", exact, changed);
    if (exact.hasNaN() || changed.hasNaN()) {
      return Double.NaN;
    }
    BitSet both = top(exact);
    BitSet others = top(changed);
    int k = both.cardinality();
    both.and(others);
    int shared = both.cardinality();
    return (double) shared / (2 * k - shared);
  }

  private BitSet top(Tensor map) {
    int[] order = Places.descending(Places.scores(map));
    int k = (int) Math.ceil(share * order.length);
    BitSet top = new BitSet(order.length);
    for (int i = 0; i < k; i++) {
      top.set(order[i]);
    }
    return top;
  }
}
