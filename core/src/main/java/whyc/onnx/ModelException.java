package whyc.onnx;

/** A model that cannot be read or compiled; the message says which, the rule, what came and where. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ModelException(String sentence) {
    super(sentence);
  }

  ModelException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
