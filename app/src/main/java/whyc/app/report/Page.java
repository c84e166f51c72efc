package whyc.app.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A page that needs nothing but itself, and looks like all of ours. */
final class Page {
  private static final String STYLE = style();

  private final StringBuilder html = new StringBuilder();

  /** A page whose header is open: {@code main} ends it. */
  Page(String title) {
    line("<!doctype html>");
    line("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    line("<meta name=\"generator\" content=\"whyc\">");
    line("<title>" + Markup.text(title) + "</title>");
    line("<style>" + STYLE + "</style></head><body>");
  }

  /** A page of sections. */
  static Page ofSections(String title) {
    return new Page(title)
        .line(
            "<header class=\"report\"><h1>"
                + Markup.text(title)
                + "</h1></header><main class=\"report\">");
  }

  Page line(String markup) {
    html.append(markup).append('\n');
    return this;
  }

  /** Figures without a name. */
  Page section(Sheet sheet) {
    return line("<section>" + sheet.html() + "</section>");
  }

  /**
   * A section.
   *
   * @param says what is to be seen
   * @param picture as HTML
   */
  Page section(String name, String says, String picture) {
    return line(
        "<section><h2>%s</h2><p class=\"says\">%s</p>%s</section>"
            .formatted(Markup.text(name), Markup.text(says), picture));
  }

  /** The whole text. */
  String end() {
    return line("</body></html>").toString();
  }

  @Override
  public String toString() {
    return html.toString();
  }

  private static String style() {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("page.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
