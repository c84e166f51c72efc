package whyc.app.image;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What stands below a heat map.
 *
 * @param label the class asked about
 * @param score its score and probability, as text
 * @param method the method
 * @param layer the layer, empty for a method of the input
 * @param profile the peer whose conventions were followed, empty for none
 */
public record Caption(String label, String score, String method, String layer, String profile) {

  /** A caption with score (a logit) and probability as {@code 93.1 % (logit 8.214)}. */
  public static Caption of(
      String label,
      double logit,
      OptionalDouble probability,
      String method,
      String layer,
      String profile) {
    String score = "logit " + number(logit);
    if (probability.isPresent()) {
      double percent = 100 * probability.getAsDouble();
      score =
          (percent >= 99.95 && percent < 100 ? "> 99.9" : number(percent, 3))
              + " %  ("
              + score
              + ")";
    }
    return new Caption(label, score, method, layer, profile);
  }

  /** The second line's parts. */
  List<String> details() {
    return Stream.of(
            method,
            layer.isEmpty() ? "" : "layer " + layer,
            profile.isEmpty() ? "" : "profile " + profile)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** Four significant digits, a typographic minus, the same in every locale. */
  static String number(double value) {
    return number(value, 4);
  }

  private static String number(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    if (rounded.signum() == 0) {
      return "0";
    }
    BigDecimal shortest = rounded.stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    String text =
        exponent >= -4 && exponent < 6
            ? shortest.toPlainString()
            : shortest.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    return text.replace('-', '\u2212');
  }
}
