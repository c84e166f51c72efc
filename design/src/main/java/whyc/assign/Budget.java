package whyc.assign;

import java.time.Duration;

/**
 * What measuring may take.
 *
 * @param rows how many images, or points on a path, are evaluated at once; fewer where they would
 *     take too much memory. Results differ by rounding alone
 * @param time after which no further image is begun; at least one is always measured
 */
public record Budget(int rows, Duration time) {
  public Budget {
    if (rows < 1 || time.isNegative()) {
      throw new IllegalArgumentException(
          "a budget wants at least one row and some time, got " + rows + " and " + time);
    }
  }

  /** Ten rows, and a day. */
  public static Budget usual() {
    return new Budget(10, Duration.ofDays(1));
  }
}
