package whyc.app.report;

import java.util.Locale;

/** Lines of text, some of them rows of a name and two figures. */
final class Table {
  private final StringBuilder text = new StringBuilder();

  void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  void row(String name, String first, String second) {
    line("%-46s %14s  %s", name, first, second);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
