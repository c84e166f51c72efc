package whyc.app.cli;

import java.io.Serial;
import java.util.function.Supplier;
import whyc.refusal.Refused;
import whyc.refusal.RefusedArgument;

/** Something that cannot be done; the message is the one sentence for the user. */
public final class Refusal extends RuntimeException implements Refused {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean usage;

  private Refusal(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  Refusal(String message) {
    this(message, false);
  }

  Refusal(String message, Throwable cause) {
    super(message, cause);
    this.usage = false;
  }

  /** The command line itself is wrong. */
  static Refusal usage(String message) {
    return new Refusal(message, true);
  }

  /**
   * What the value of an option makes; a value of which nothing can be made is wrong usage.
   *
   * @param option as messages name it
   */
  static <T> T option(String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (RefusedArgument e) {
      throw usage(option + ": " + e.getMessage());
    }
  }

  /** The exit status: 2 where the command line is wrong, else 1. */
  public int status() {
    return usage ? 2 : 1;
  }
}
