package whyc.app.report;

/** Text within HTML and SVG. */
final class Markup {
  private Markup() {}

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
