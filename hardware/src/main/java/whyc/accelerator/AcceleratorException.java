package whyc.accelerator;

/**
 * An accelerator that cannot be read; the message says which file and field, the rule and what
 * came. It is one sentence on one line, whatever the file holds.
 */
public final class AcceleratorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A sentence ends here: keys and texts come from the file. */
  private static final int MAX_LENGTH = 1000;

  AcceleratorException(String sentence) {
    super(shown(sentence));
  }

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
