package whyc.app.cli;

import java.util.Locale;
import java.util.Optional;

/**
 * What the process may hold.
 *
 * @param asked whether a user set it: then it is kept or refused, otherwise it is a default that a
 *     large model may exceed with a warning
 */
record MemoryBudget(long bytes, boolean asked) {
  static final MemoryBudget NONE = new MemoryBudget(Long.MAX_VALUE, false);

  /** Refuses what is predicted not to fit, or gives a warning. */
  Optional<String> check(String model, long predicted) {
    if (predicted <= bytes) {
      return Optional.empty();
    }
    String sentence =
        "%s: explaining one image is predicted to hold %s, more than the %s of --memory"
            .formatted(model, megabytes(predicted), megabytes(bytes));
    if (asked) {
      throw new Refusal(sentence);
    }
    return Optional.of(sentence + " (its default)");
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }
}
