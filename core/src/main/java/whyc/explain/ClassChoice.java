package whyc.explain;

/** Which class is asked about. */
public sealed interface ClassChoice {

  /** The class with the largest score, for each image its own. */
  record Top() implements ClassChoice {}

  /** One class for all images. */
  record Index(int index) implements ClassChoice {}

  /** A class for each image, given when the program runs: an input [n] of this name. */
  record Given(String input) implements ClassChoice {
    /** The input's usual name. */
    public static final String TARGET = "whyc_target";
  }
}
