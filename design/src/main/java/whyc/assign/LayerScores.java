package whyc.assign;

/** How much each layer matters to what the network says: more for a larger score. */
@FunctionalInterface
public interface LayerScores {
  /**
   * The score of a layer, at least 0.
   *
   * @param layer the name of the model's tensor that it computes
   */
  double of(String layer);
}
