package whyc.measure;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import whyc.tensor.Tensor;

/** How near a changed map is to the exact one: 1 for equal maps, less for others. */
@FunctionalInterface
public interface Fidelity {
  /**
   * The figure, not a number if a map holds a NaN.
   *
   * @param exact [h,w] or [c,h,w]
   * @param changed of the same shape
   */
  double of(Tensor exact, Tensor changed);

  /** Those that need nothing but the two maps, by their names on the command line. */
  static SequencedMap<String, Fidelity> ofMaps() {
    SequencedMap<String, Fidelity> all = new LinkedHashMap<>();
    all.put("rank", new RankCorrelation());
    all.put("pearson", new LinearCorrelation());
    all.put("cosine", new CosineSimilarity());
    all.put("iou", new TopOverlap(0.1));
    all.put("ssim", new StructuralSimilarity());
    return all;
  }
}
