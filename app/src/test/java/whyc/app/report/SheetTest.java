package whyc.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The same cells as text and as HTML. */
final class SheetTest {
  private static Sheet sheet() {
    return new Sheet()
        .line("two layers:")
        .table("layer", "\u00b5J", "multiplier")
        .row("a name that is longer than others", "1.5", "exact")
        .row("b", "12.25", "mul8s_1KV9");
  }

  /** Names begin, figures end at the same place; a column is as wide as its widest cell. */
  @Test
  void columnsNeverCollide() {
    assertThat(sheet().toString())
        .isEqualTo(
            """
            two layers:

            layer                                 uJ  multiplier
            a name that is longer than others    1.5  exact
            b                                  12.25  mul8s_1KV9
            """);
  }

  @Test
  void aPageHasTheSameCells() {
    assertThat(sheet().html())
        .contains(
            "<p>two layers:</p>",
            "<th class=\"figure\">\u00b5J</th>",
            "<td>b</td><td class=\"figure\">12.25</td><td>mul8s_1KV9</td>");
  }

  @Test
  void optionsInAWarningStandOut() {
    String html = new Sheet().warning("a < b; --number-format int16 helps").html();
    assertThat(html)
        .contains("class=\"warning\"", "a &lt; b; <code>--number-format int16</code> helps");
  }

  @Test
  void aRowWithoutATableIsRefused() {
    Sheet s = new Sheet().line("text");
    assertThatThrownBy(() -> s.row("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> sheet().row("a", "b", "c", "d"))
        .isInstanceOf(IllegalStateException.class);
  }
}
