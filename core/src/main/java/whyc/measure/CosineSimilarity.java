package whyc.measure;

import whyc.tensor.Tensor;

/**
 * The cosine of the angle between two maps.
 *
 * <pre>{@code
 * cos = sum_i a[i] b[i] / sqrt(sum_i a[i]^2 * sum_i b[i]^2)
 * }</pre>
 *
 * Between -1 and 1; a factor above 0 changes nothing. A map of zeros has no direction: two of them
 * count as equal, 1, and one beside another map as unrelated, 0.
 */
public record CosineSimilarity() implements Fidelity {
  @Override
  public double of(Tensor exact, Tensor changed) {
    Places.checkPair("the cosine", exact, changed);
    double[] a = exact.doubles();
    double[] b = changed.doubles();
    double ofBoth = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      ofBoth += a[i] * b[i];
      ofA += a[i] * a[i];
      ofB += b[i] * b[i];
    }
    if (ofA == 0 || ofB == 0) {
      return ofA == ofB ? 1 : 0;
    }
    // One root, so that equal maps have exactly 1.
    return Math.clamp(ofBoth / Math.sqrt(ofA * ofB), -1, 1);
  }
}
