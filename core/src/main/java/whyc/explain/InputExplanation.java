package whyc.explain;

/** An explanation with a signed value for each number of the image, [n,c,h,w]. */
interface InputExplanation extends Explanation {
  @Override
  default boolean isSigned() {
    return true;
  }

  @Override
  default boolean isInInputSpace() {
    return true;
  }
}
