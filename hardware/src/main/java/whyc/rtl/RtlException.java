package whyc.rtl;

/** Says what the core cannot take: the node and the rule. */
public final class RtlException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  RtlException(String message) {
    super(message);
  }
}
