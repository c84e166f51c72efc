package whyc.rtl;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;

/** Words of a memory as {@code $readmemh} reads them, a line each. */
final class HexText {
  private final StringBuilder text = new StringBuilder();

  /** A word in the making: fields from the lowest bit on. */
  static final class Word {
    private BigInteger bits = BigInteger.ZERO;
    private int width;

    /** Appends a field above those that are there; negative values in two's complement. */
    Word then(long value, int bits) {
      BigInteger field =
          BigInteger.valueOf(value).and(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
      this.bits = this.bits.or(field.shiftLeft(width));
      width += bits;
      return this;
    }

    String hex() {
      String digits = bits.toString(16);
      return "0".repeat(Math.max(0, Math.ceilDiv(width, 4) - digits.length())) + digits;
    }
  }

  static Word word() {
    return new Word();
  }

  /** Numbers side by side, the first lowest. */
  static Word lanes(long[] lanes, int bits) {
    Word word = word();
    for (long lane : lanes) {
      word.then(lane, bits);
    }
    return word;
  }

  static <T> String of(List<T> items, Function<T, Word> word) {
    HexText hex = new HexText();
    items.forEach(item -> hex.text.append(word.apply(item).hex()).append('\n'));
    return hex.text.toString();
  }
}
