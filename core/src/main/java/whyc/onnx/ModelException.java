package whyc.onnx;

import whyc.refusal.Refused;

/**
 * A model that cannot be read or compiled; the message says which, the rule, what came and where.
 * It is one sentence on one line, whatever names the model gives its nodes.
 */
public final class ModelException extends RuntimeException implements Refused {
  private static final long serialVersionUID = 1;

  public ModelException(String sentence) {
    super(Refused.sentence(sentence));
  }

  ModelException(String sentence, Throwable cause) {
    super(Refused.sentence(sentence), cause);
  }
}
