package whyc.measure;

import java.util.Arrays;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** The places of a map, [h,w] or [c,h,w], and their order. */
final class Places {
  private Places() {}

  static void checkPair(String who, Tensor exact, Tensor changed) {
    if (!exact.shape().equals(changed.shape())) {
      throw new IllegalArgumentException(
          who + " wants two maps of one shape, got " + exact.shape() + " and " + changed.shape());
    }
  }

  /** Height and width. */
  static Shape extents(Tensor map) {
    Shape s = map.shape();
    if (s.rank() != 2 && s.rank() != 3) {
      throw new IllegalArgumentException("a map wants to be [h,w] or [c,h,w], got " + s);
    }
    return Shape.of(s.dim(-2), s.dim(-1));
  }

  /** One number for each place: the value, or the sum of absolute values over channels. */
  static float[] scores(Tensor map) {
    int places = extents(map).size();
    if (map.shape().rank() == 2) {
      return map.floats();
    }
    double[] sums = new double[places];
    double[] values = map.doubles();
    for (int i = 0; i < values.length; i++) {
      sums[i % places] += Math.abs(values[i]);
    }
    float[] scores = new float[places];
    for (int i = 0; i < places; i++) {
      scores[i] = (float) sums[i];
    }
    return scores;
  }

  /** Positions from the smallest value to the largest; equal ones in their order. */
  static int[] ascending(float[] values) {
    return sorted(values, 1);
  }

  /** Positions from the largest value to the smallest; equal ones in their order. */
  static int[] descending(float[] values) {
    return sorted(values, -1);
  }

  /** One sort of longs: a float's order in the upper half, the position in the lower. */
  private static int[] sorted(float[] values, int sign) {
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      // 0 has two signs and one place in the order.
      int bits = Float.floatToIntBits(sign * values[i] + 0.0f);
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      keys[i] = ((long) ordered << 32) | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(k -> (int) k).toArray();
  }
}
