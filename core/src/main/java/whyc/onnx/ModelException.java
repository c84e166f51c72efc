package whyc.onnx;

/**
 * A model that cannot be read or compiled; the message says which, the rule, what came and where.
 * It is one sentence on one line, whatever names the model gives its nodes.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A sentence ends here: names come from the model, and may be as long as a file. */
  private static final int MAX_LENGTH = 1000;

  public ModelException(String sentence) {
    super(shown(sentence));
  }

  ModelException(String sentence, Throwable cause) {
    super(shown(sentence), cause);
  }

  /** Text that a terminal prints as it stands: no line breaks, no control characters. */
  private static String shown(String sentence) {
    StringBuilder s = new StringBuilder();
    sentence
        .codePoints()
        .limit(MAX_LENGTH)
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(s::appendCodePoint);
    return sentence.length() > MAX_LENGTH ? s.append(" ...").toString() : s.toString();
  }
}
