package whyc.app.report;

import java.util.Locale;

/** Lines of text, some of them rows of a name and figures. */
final class Table {
  private final StringBuilder text = new StringBuilder();

  void line(String line) {
    text.append(line).append('\n');
  }

  void row(String name, String... figures) {
    text.append(String.format(Locale.ROOT, "%-46s", name));
    for (String figure : figures) {
      text.append(String.format(Locale.ROOT, " %15s", figure));
    }
    text.append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
