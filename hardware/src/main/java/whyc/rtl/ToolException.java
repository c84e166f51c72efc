package whyc.rtl;

import whyc.refusal.Refused;

/** A program of others did not do what it was asked to. */
public final class ToolException extends RuntimeException implements Refused {
  private static final long serialVersionUID = 1;

  ToolException(String message) {
    super(message);
  }

  ToolException(String message, Throwable cause) {
    super(message, cause);
  }
}
