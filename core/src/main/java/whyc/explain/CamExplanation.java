package whyc.explain;

/**
 * A class activation map: a map [n,1,h,w] over the positions of a layer. With {@code relu} it is
 * not negative; without, positions that speak against the class keep their sign.
 */
interface CamExplanation extends Explanation {
  /** The model's tensor whose channels are weighed. */
  String layer();

  /** Whether negative values are cut off at the end. */
  boolean relu();

  @Override
  default boolean isSigned() {
    return !relu();
  }

  @Override
  default boolean isInInputSpace() {
    return false;
  }
}
