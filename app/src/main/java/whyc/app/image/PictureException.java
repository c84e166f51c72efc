package whyc.app.image;

import java.io.Serial;
import whyc.refusal.Refused;

/** A picture or a map that cannot be used; the message is the one sentence for the user. */
public final class PictureException extends RuntimeException implements Refused {
  @Serial private static final long serialVersionUID = 1L;

  PictureException(String message) {
    super(onOneLine(message));
  }

  PictureException(String message, Throwable cause) {
    super(onOneLine(message), cause);
  }

  /** Decoders quote what they find in a file. */
  private static String onOneLine(String message) {
    return message.replaceAll("\\p{Cc}+", " ");
  }
}
