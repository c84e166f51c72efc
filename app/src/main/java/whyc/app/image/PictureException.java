package whyc.app.image;

import java.io.Serial;

/** A picture or a map that cannot be used; the message is the one sentence for the user. */
public final class PictureException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  PictureException(String message) {
    super(message);
  }

  PictureException(String message, Throwable cause) {
    super(message, cause);
  }
}
