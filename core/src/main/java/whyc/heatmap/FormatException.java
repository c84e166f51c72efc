package whyc.heatmap;

import java.io.Serial;
import whyc.refusal.RefusedArgument;

/** Bytes that are not what the format wants; the message says what it wants and what came. */
public final class FormatException extends RefusedArgument {
  @Serial private static final long serialVersionUID = 1L;

  FormatException(String message) {
    super(message);
  }
}
