package whyc.app.report;

import java.util.Locale;

/**
 * A unit that suits the largest of some numbers, so that all of a report stand in the same one and
 * none is zero for want of digits.
 *
 * @param name of the unit
 * @param size how much of the smallest unit it is
 */
record Amount(String name, double size) {
  private static final String[] ENERGIES = {"pJ", "nJ", "\u00b5J", "mJ", "J"};

  /** A unit for energies up to one. */
  static Amount ofEnergy(double mostPicojoules) {
    int i = 0;
    while (i < ENERGIES.length - 1 && mostPicojoules >= Math.pow(1000, i + 1)) {
      i++;
    }
    return new Amount(ENERGIES[i], Math.pow(1000, i));
  }

  double of(double value) {
    return value / size;
  }

  /** In this unit, without its name. */
  String text(double value) {
    return figure(of(value));
  }

  /** Four significant digits, written out. */
  static String figure(double value) {
    if (value == 0) {
      return "0";
    }
    int whole = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    return String.format(Locale.ROOT, "%,." + Math.clamp(4L - whole, 0, 9) + "f", value);
  }
}
