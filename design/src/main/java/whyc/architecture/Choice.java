package whyc.architecture;

import java.util.Locale;
import whyc.accelerator.Fields;
import whyc.assign.Circuit;

/**
 * The arithmetic of one layer.
 *
 * @param multiplier name of its circuit
 * @param skipped share of the output channels that are left out, from 0 to less than 1
 */
public record Choice(String multiplier, double skipped) {
  static Choice read(Fields f) {
    return new Choice(f.text("multiplier"), f.number("skipped", 0, 0.95));
  }

  /** How many of some channels are left out: never all. */
  int skippedOf(int channels) {
    return Circuit.skippedOf(skipped, channels);
  }

  /** The share of some channels that is kept. */
  double keptOf(int channels) {
    return 1 - skippedOf(channels) / (double) channels;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s-%s", multiplier, skipped);
  }
}
