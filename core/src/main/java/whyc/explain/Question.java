package whyc.explain;

/**
 * What an explanation is asked. Names outlive passes, indices do not.
 *
 * @param input the image
 * @param output the class scores
 * @param classes which class
 * @param score which number is differentiated
 */
public record Question(String input, String output, ClassChoice classes, Score score) {

  /** What stands for a class: see {@link Head}. */
  public enum Score {
    /** The value before a final softmax or sigmoid, if there is one. */
    LOGIT,
    /** The output as the model has it, softmax or sigmoid included. */
    OUTPUT
  }

  /** The usual question: why the top class? */
  public static Question top(String input, String output) {
    return new Question(input, output, new ClassChoice.Top(), Score.LOGIT);
  }
}
