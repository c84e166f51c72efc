package whyc.app.report;

import java.util.regex.Pattern;

/** Text within HTML and SVG. */
final class Markup {
  private Markup() {}

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*( [a-z]+\\d+)?");

  /** A sentence, in which options stand out and are not broken. */
  static String sentence(String raw) {
    return OPTION.matcher(text(raw)).replaceAll("<code>$0</code>");
  }

  /** Text between tags and in attributes. */
  static String text(String raw) {
    StringBuilder safe = new StringBuilder(raw.length() + 16);
    raw.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> safe.append("&amp;");
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            default -> safe.appendCodePoint(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
          }
        });
    return safe.toString();
  }
}
