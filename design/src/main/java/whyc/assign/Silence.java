package whyc.assign;

import java.util.Set;
import whyc.tensor.Tensor;

/** Zeros for channels that are left out. */
final class Silence {
  private Silence() {}

  /**
   * A tensor with zeros at some places of an axis.
   *
   * @param places along the axis
   */
  static Tensor along(Tensor t, int axis, Set<Integer> places) {
    int inner = t.shape().product(axis + 1, t.shape().rank());
    double[] values = t.doubles().clone();
    for (int i = 0; i < values.length; i++) {
      if (places.contains(i / inner % t.shape().dim(axis))) {
        values[i] = 0;
      }
    }
    return Tensor.of(t.type(), values);
  }
}
