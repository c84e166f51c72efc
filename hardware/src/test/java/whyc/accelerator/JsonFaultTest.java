package whyc.accelerator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFaultTest {
  /** In words of ours, and where: a parser's words are for programmers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"a\": 1,'           | a text that ends too early at line 1, column 9",
        "'{\"a\": }'            | something that JSON has not at line 1, column 7",
        "'{\"a\": 1, \"a\": 2}' | a name that stands twice in one object at line 1, column 13",
        "'{\"a\": 1} 2'         | something behind its end at line 1, column 10",
        "'nonsense'             | something that JSON has not at line 1, column 1"
      })
  void whatIsNoJsonIsToldInOurWords(String text, String fault) {
    var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Fields.read("f.json", bytes, f -> f.text("a")))
        .hasMessage("f.json: / wants JSON, got " + fault);
  }
}
