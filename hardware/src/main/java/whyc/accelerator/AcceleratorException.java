package whyc.accelerator;

import whyc.refusal.Refused;

/**
 * An accelerator that cannot be read; the message says which file and field, the rule and what
 * came. It is one sentence on one line, whatever the file holds.
 */
public final class AcceleratorException extends RuntimeException implements Refused {
  private static final long serialVersionUID = 1;

  AcceleratorException(String sentence) {
    super(Refused.sentence(sentence));
  }
}
