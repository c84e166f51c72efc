package whyc.app.report;

import java.util.Locale;

/** Lines of text, some of them rows of a name and two figures. */
final class Table {
  private final StringBuilder text = new StringBuilder();

  void line(String line) {
    text.append(line).append('\n');
  }

  void row(String name, String first, String second) {
    line(String.format(Locale.ROOT, "%-46s %14s %16s", name, first, second));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
