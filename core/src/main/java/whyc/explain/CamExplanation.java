package whyc.explain;

/** A class activation map: a map [n,1,h,w] over the positions of a layer, not negative. */
interface CamExplanation extends Explanation {
  /** The model's tensor whose channels are weighed. */
  String layer();

  @Override
  default boolean isSigned() {
    return false;
  }

  @Override
  default boolean isInInputSpace() {
    return false;
  }
}
