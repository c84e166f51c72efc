package whyc.app.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 90s}, {@code 1.5m}, {@code 2h}. */
final class Times {
  private static final Pattern TIME = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,9})?)([smh])");

  private static final Pattern LONGER = Pattern.compile("\\d+(?:\\.\\d*)?[smh]");

  private Times() {}

  /**
   * Why a text is no time.
   *
   * @param option as messages name it
   * @param otherwise what else it may be
   */
  static Refusal refusal(String option, String otherwise, String text) {
    return Refusal.usage(
        LONGER.matcher(text.toLowerCase(Locale.ROOT)).matches() && read(text).isEmpty()
            ? "%s wants a time of at most 999999h, with at most 9 decimals, got %s"
                .formatted(option, text)
            : "%s wants a time such as 90s, 10m or 2h%s, got %s"
                .formatted(option, otherwise, text));
  }

  /** The time that a text says, if it says one. */
  static Optional<Duration> read(String text) {
    Matcher m = TIME.matcher(text.toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      return Optional.empty();
    }
    long seconds =
        switch (m.group(2)) {
          case "h" -> 3600;
          case "m" -> 60;
          default -> 1;
        };
    return Optional.of(
        Duration.ofNanos(Math.round(Double.parseDouble(m.group(1)) * seconds * 1e9)));
  }

  static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
