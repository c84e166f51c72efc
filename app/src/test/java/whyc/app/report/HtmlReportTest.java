package whyc.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HtmlReportTest {
  @Test
  void markupInNamesIsText() {
    assertThat(Markup.text("<b a='1' c=\"2\">&\u0001"))
        .isEqualTo("&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\uFFFD");
  }

  @Test
  void linksSurviveOddNames() {
    assertThat(HtmlReport.link("a b#?%\"<:ü", "x")).isEqualTo("./a%20b%23%3F%25%22%3C:%C3%BC/x");
  }
}
