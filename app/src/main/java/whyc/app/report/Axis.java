package whyc.app.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * One direction of a chart: a range that fits what is shown, with round numbers along it.
 *
 * @param name what is told, with its unit
 * @param from the value at its begin, {@code to} the one at its end
 * @param logarithmic whether equal distances are equal factors
 */
record Axis(String name, double from, double to, boolean logarithmic, List<Tick> ticks) {
  /** Steps between ticks, at most. */
  private static final int MOST = 6;

  /** Ticks of a logarithmic axis before the twos and fives among them go. */
  private static final int MOST_FACTORS = 10;

  /** A factor that a logarithmic axis would not have enough ticks for. */
  private static final double MUCH = 4;

  private static final double[] ROUND = {1, 2, 5, 10};

  /** A number along an axis. */
  record Tick(double value, String text) {}

  Axis {
    ticks = List.copyOf(ticks);
  }

  /**
   * Equal distances are equal differences; the ends are round numbers.
   *
   * @param unit what follows each number, with a space before it where there should be one
   */
  static Axis linear(String name, String unit, Collection<Double> shown) {
    double least = shown.stream().mapToDouble(v -> v).min().orElse(0);
    double most = shown.stream().mapToDouble(v -> v).max().orElse(1);
    if (most - least <= 1e-9 * Math.max(Math.abs(least), Math.abs(most))) {
      double wider = most == 0 ? 1 : Math.abs(most) / 10;
      return linear(name, unit, List.of(least - wider, most + wider));
    }
    double step = roundAbove((most - least) / (MOST - 1));
    long first = (long) Math.floor(least / step + 1e-9);
    long last = (long) Math.ceil(most / step - 1e-9);
    List<Tick> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      ticks.add(new Tick(i * step, text(i * step, decimals(step), unit)));
    }
    return new Axis(name, first * step, last * step, false, ticks);
  }

  /**
   * From nothing to a number that ends the chart: for time and the like, which goes on no further.
   */
  static Axis upTo(String name, String unit, double end) {
    Axis round = linear(name, unit, List.of(0.0, end));
    return new Axis(
        name,
        0,
        end > 0 ? end : round.to,
        false,
        round.ticks.stream().filter(t -> t.value >= 0 && (end <= 0 || t.value <= end)).toList());
  }

  /** For sizes, which are above zero: logarithmic where they differ much. */
  static Axis ofSizes(String name, String unit, Collection<Double> shown) {
    double least = shown.stream().mapToDouble(v -> v).min().orElse(1);
    double most = shown.stream().mapToDouble(v -> v).max().orElse(1);
    return most < MUCH * least ? linear(name, unit, shown) : logarithmic(name, unit, shown);
  }

  /**
   * Equal distances are equal factors; ticks are 1, 2 and 5 times powers of ten, or powers only.
   */
  static Axis logarithmic(String name, String unit, Collection<Double> shown) {
    double least = shown.stream().mapToDouble(v -> v).filter(v -> v > 0).min().orElse(1);
    double most = Math.max(least, shown.stream().mapToDouble(v -> v).max().orElse(1));
    double from = roundBelow(least);
    double to = roundAbove(most);
    if (to <= from) {
      to = roundAbove(1.5 * from);
    }
    List<Tick> ticks = new ArrayList<>();
    for (double v = from; v <= to * (1 + 1e-9); v = roundAbove(v * 1.5)) {
      ticks.add(new Tick(v, text(v, decimals(v), unit)));
    }
    if (ticks.size() > MOST_FACTORS) {
      ticks.removeIf(t -> decade(t.value) < t.value * (1 - 1e-9));
    }
    return new Axis(name, from, to, true, ticks);
  }

  /** Factors from one on: 1x, 2x, 4x ... */
  static Axis factors(String name, double most) {
    int octaves = Math.max(1, (int) Math.ceil(Math.log(most) / Math.log(2) - 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (int k = 0; k <= octaves; k++) {
      ticks.add(new Tick(Math.scalb(1.0, k), (1L << k) + "\u00d7"));
    }
    return new Axis(name, 1, Math.scalb(1.0, octaves), true, ticks);
  }

  /** Where a value is, 0 to 1 within the axis. */
  double share(double value) {
    return logarithmic
        ? Math.log(value / from) / Math.log(to / from)
        : (value - from) / (to - from);
  }

  /** Whether a value can be shown. */
  boolean contains(double value) {
    double share = share(value);
    return share >= -1e-9 && share <= 1 + 1e-9;
  }

  private static double decade(double value) {
    return Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
  }

  /** The next of 1, 2, 5 times a power of ten, or the value itself. */
  private static double roundAbove(double value) {
    double decade = decade(value);
    for (double r : ROUND) {
      if (r * decade >= value * (1 - 1e-9)) {
        return r * decade;
      }
    }
    throw new IllegalArgumentException("a scale wants numbers above zero, got " + value);
  }

  private static double roundBelow(double value) {
    double decade = decade(value);
    return value >= 5 * decade * (1 - 1e-9)
        ? 5 * decade
        : value >= 2 * decade * (1 - 1e-9) ? 2 * decade : decade;
  }

  /** Digits behind the point that a round number wants. */
  private static int decimals(double round) {
    return Math.max(0, -(int) Math.floor(Math.log10(round) + 1e-9));
  }

  /** Where a number has a prefix, that goes with the unit: 20 kB. */
  private static String text(double value, int decimals, String unit) {
    String number = number(value, decimals);
    return Character.isLetter(number.charAt(number.length() - 1))
        ? number + unit.strip()
        : number + unit;
  }

  /** A million is 1 M: long numbers would run into each other. */
  private static String number(double value, int decimals) {
    double size = Math.abs(value);
    if (decimals == 0 && size >= 10_000) {
      boolean millions = size >= 1e6;
      double shown = value / (millions ? 1e6 : 1e3);
      String text = String.format(Locale.ROOT, "%,.2f", shown).replaceFirst("\\.?0+$", "");
      return text.replace('-', '\u2212') + (millions ? " M" : " k");
    }
    return String.format(Locale.ROOT, "%,." + decimals + "f", value + 0.0).replace('-', '\u2212');
  }
}
