package whyc.rtl;

import whyc.refusal.RefusedArgument;

/** Says what the core cannot take: the node and the rule. */
public final class RtlException extends RefusedArgument {
  private static final long serialVersionUID = 1;

  RtlException(String message) {
    super(message);
  }
}
