package whyc.refusal;

/** A value that users give and that cannot be used; the message says the rule and what came. */
public class RefusedArgument extends IllegalArgumentException implements Refused {
  private static final long serialVersionUID = 1;

  public RefusedArgument(String sentence) {
    super(sentence);
  }

  public RefusedArgument(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
