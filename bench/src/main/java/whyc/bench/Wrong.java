package whyc.bench;

import java.io.Serial;

/** What was measured is not what it must be; the message says what came. */
final class Wrong extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  Wrong(String message) {
    super(message);
  }
}
