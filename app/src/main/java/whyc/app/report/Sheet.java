package whyc.app.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines and tables of a report: as text for a terminal and as HTML for a page, from the same cells.
 * Columns are as wide as what is in them, so that they never run into each other.
 */
final class Sheet {
  private static final String GAP = "  ";
  private static final Pattern FIGURE = Pattern.compile("[-+~\u2212]?\\d.*");

  /** A part, one below the other. */
  private sealed interface Part {}

  private record Line(String text) implements Part {}

  private record Warning(String text) implements Part {}

  /** Rows of as many cells as the head has; columns of figures end at the same place. */
  private record Table(List<String> head, List<List<String>> rows) implements Part {
    boolean isFigures(int column) {
      return column > 0 && rows.stream().anyMatch(r -> FIGURE.matcher(r.get(column)).matches());
    }

    int width(int column) {
      return Math.max(
          length(head.get(column)),
          rows.stream().mapToInt(r -> length(r.get(column))).max().orElse(0));
    }

    private static int length(String cell) {
      return cell.codePointCount(0, cell.length());
    }
  }

  private final List<Part> parts = new ArrayList<>();

  Sheet line(String text) {
    parts.add(new Line(text));
    return this;
  }

  /** What a reader must not miss. */
  Sheet warning(String text) {
    parts.add(new Warning(text));
    return this;
  }

  /** Begins a table; {@link #row} adds to it. */
  Sheet table(String... head) {
    parts.add(new Table(List.of(head), new ArrayList<>()));
    return this;
  }

  /** A row of the last table; cells that are left out at its end are empty. */
  Sheet row(String... cells) {
    if (!(parts.getLast() instanceof Table t) || cells.length > t.head.size()) {
      throw new IllegalStateException(
          "a row wants a table of as many columns, got " + cells.length);
    }
    List<String> row = new ArrayList<>(List.of(cells));
    row.addAll(Collections.nCopies(t.head.size() - cells.length, ""));
    t.rows.add(row);
    return this;
  }

  /** Adds all of another one. */
  Sheet then(Sheet other) {
    parts.addAll(other.parts);
    return this;
  }

  /** Lines for a terminal, which may lack the micro sign. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      Part p = parts.get(i);
      if (i > 0 && !(p instanceof Line && parts.get(i - 1) instanceof Line)) {
        text.append('\n');
      }
      switch (p) {
        case Line l -> text.append(l.text).append('\n');
        case Warning w -> text.append(w.text).append('\n');
        case Table t -> text(text, t);
      }
    }
    return text.toString().replace('\u00b5', 'u');
  }

  private static void text(StringBuilder text, Table t) {
    text(text, t, t.head);
    t.rows.forEach(r -> text(text, t, r));
  }

  private static void text(StringBuilder text, Table t, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < row.size(); c++) {
      String space = " ".repeat(t.width(c) - Table.length(row.get(c)));
      line.append(c > 0 ? GAP : "")
          .append(t.isFigures(c) ? space + row.get(c) : row.get(c) + space);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** The same as HTML: a wide table moves within its own frame, not the page. */
  String html() {
    StringBuilder html = new StringBuilder();
    for (Part p : parts) {
      switch (p) {
        case Line l -> html.append("<p>").append(Markup.sentence(l.text)).append("</p>\n");
        case Warning w ->
            html.append("<p class=\"warning\">").append(Markup.sentence(w.text)).append("</p>\n");
        case Table t -> html(html, t);
      }
    }
    return html.toString();
  }

  private static void html(StringBuilder html, Table t) {
    html.append("<div class=\"wide\"><table><thead>");
    html(html, t, t.head, "th");
    html.append("</thead><tbody>\n");
    t.rows.forEach(r -> html(html, t, r, "td"));
    html.append("</tbody></table></div>\n");
  }

  private static void html(StringBuilder html, Table t, List<String> row, String tag) {
    html.append("<tr>");
    for (int c = 0; c < row.size(); c++) {
      html.append('<')
          .append(tag)
          .append(t.isFigures(c) ? " class=\"figure\">" : ">")
          .append(Markup.text(row.get(c)))
          .append("</")
          .append(tag)
          .append('>');
    }
    html.append("</tr>\n");
  }
}
