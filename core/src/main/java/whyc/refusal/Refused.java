package whyc.refusal;

/**
 * An exception that is meant: something given cannot be used, and the message is the one sentence
 * that says so to the user. Any other exception is a fault of whyc.
 */
public interface Refused {
  /**
   * A sentence as a terminal can print it: no line breaks, no control characters, and an end, for
   * it may quote what a file says.
   */
  static String sentence(String text) {
    int longest = 1000;
    StringBuilder s = new StringBuilder();
    text.codePoints()
        .limit(longest)
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(s::appendCodePoint);
    return text.codePointCount(0, text.length()) > longest
        ? s.append(" ...").toString()
        : s.toString();
  }
}
