package whyc.accelerator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FieldsTest {
  private enum Dataflow {
    WEIGHT_STATIONARY,
    OUTPUT_STATIONARY
  }

  private record Sample(
      String name, Dataflow dataflow, int rows, double clockMegahertz, List<Integer> banks) {
    static Sample of(Fields f) {
      return new Sample(
          f.text("name"),
          f.choice("dataflow", Dataflow.class),
          f.count("rows", 4096),
          f.positive("clock_mhz", 1e5),
          f.list("banks", bank -> bank.count("bytes", 1 << 20)));
    }
  }

  private static final String GOOD =
      """
      {"name": "s", "dataflow": "weight-stationary", "rows": 8,
       "clock_mhz": {"value": 1.5, "source": "a page"},
       "banks": [{"bytes": 4}, {"bytes": {"value": 8, "free": "a choice"}}]}
      """;

  private static <T> T read(String json, Function<Fields, T> reading) {
    try {
      return Fields.read("f.json", new ByteArrayInputStream(json.getBytes(UTF_8)), reading);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void fieldsAreRead() {
    assertThat(read(GOOD, Sample::of))
        .isEqualTo(new Sample("s", Dataflow.WEIGHT_STATIONARY, 8, 1.5, List.of(4, 8)));
  }

  @Test
  void numbersKeepWhereTheyComeFrom() {
    List<Figure> figures =
        read(
            GOOD,
            f -> {
              Sample.of(f);
              return f.figures();
            });
    assertThat(figures)
        .containsExactly(
            new Figure("/rows", 8, Figure.Origin.UNSAID, ""),
            new Figure("/clock_mhz/value", 1.5, Figure.Origin.SOURCE, "a page"),
            new Figure("/banks/0/bytes", 4, Figure.Origin.UNSAID, ""),
            new Figure("/banks/1/bytes/value", 8, Figure.Origin.FREE, "a choice"));
  }

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"name\": \"s\"|\"name\": \" \"|/name wants a text, got \" \"",
        "\"name\": \"s\"|\"name\": 3|/name wants a text, got 3",
        "\"name\": \"s\",||/name wants a text, got nothing",
        "clock_mhz|clock_ghz|/clock_mhz wants a number above 0, at most 100000, got nothing (but clock_ghz)",
        "\"value\": 1.5|\"value\": -1.5|/clock_mhz/value wants a number above 0, at most 100000, got -1.5",
        "\"value\": 1.5|\"value\": 1e999|/clock_mhz/value wants a number above 0, at most 100000, got \"Infinity\"",
        "\"value\": 1.5|\"value\": \"1.5\"|/clock_mhz/value wants a number above 0, at most 100000, got \"1.5\"",
        "\"source\": \"a page\"|\"source\": \"\"|/clock_mhz/source wants a text, got \"\"",
        "\"source\": \"a page\"|\"page\": \"3\"|/clock_mhz/source wants a text, got nothing",
        "\"source\": \"a page\"|\"source\": \"a\", \"free\": \"b\"|/clock_mhz/free wants to be absent beside a source, got \"b\"",
        "weight-stationary|WEIGHT_STATIONARY|/dataflow wants one of weight-stationary, output-stationary, got \"WEIGHT",
        "\"rows\": 8|\"rows\": 8.5|/rows wants a whole number of 1 to 4096, got 8.5",
        "\"rows\": 8|\"rows\": 0|/rows wants a whole number of 1 to 4096, got 0",
        "\"rows\": 8|\"rows\": 99999999999999999999|/rows wants a whole number of 1 to 4096, got 9999",
        "\"rows\": 8|\"rows\": null|/rows wants a whole number of 1 to 4096, got null",
        "\"rows\": 8|\"rows\": 8, \"a/b~\": 1|/a~1b~0 wants to be absent: the fields here are name, dataflow, rows,",
        "\"rows\": 8|\"rows\": 8, \"rows\": 9|/ wants JSON, got a name that stands twice",
        "{\"bytes\": 4}|4|/banks/0 wants an object, got 4",
        "\"bytes\": 4|\"bits\": 4|/banks/0/bytes wants a whole number of 1 to 1048576, got nothing",
        "}}]}|}}]} x|/ wants JSON, got ",
        "}}]}|}}]|/ wants JSON, got ",
      })
  void aWrongFieldIsNamed(String part, String instead, String message) {
    String bad = GOOD.replace(part, instead == null ? "" : instead);
    assertThat(bad).isNotEqualTo(GOOD);
    assertThatThrownBy(() -> read(bad, Sample::of))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("f.json: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|/ wants an object, got []",
        "''|/ wants ",
        "{\"name\": \"s\"}|/banks wants a list of at least one object, got nothing",
        "{\"banks\": []}|/banks wants a list of at least one object, got []",
        "{\"banks\": {}}|/banks wants a list of at least one object, got {}",
      })
  void aWrongFileIsNamed(String json, String message) {
    assertThatThrownBy(() -> read(json, f -> f.list("banks", bank -> 1)))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("f.json: " + message);
  }

  @Test
  void aFieldThatDoesNotGoWithTheOthersIsNamed() {
    assertThatThrownBy(() ->
            read(
                "{\"ports\": 4}",
                f -> {
                  f.check(f.count("ports", 8) <= 2, "ports", "at most as many as banks, 2");
                  return f;
                }))
        .hasMessage("f.json: /ports wants at most as many as banks, 2, got 4");
  }

  @Test
  void aDeepFileIsRefusedAndALargeOne() {
    assertThatThrownBy(() -> read("[".repeat(100_000), f -> f))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("f.json: / wants JSON, got ");
    assertThatThrownBy(() -> read(" ".repeat(2_000_000), f -> f))
        .hasMessage("f.json: / wants at most 1048576 bytes, got more");
  }

  @Test
  void aMessageIsOneLineWhateverTheKeys() {
    assertThatThrownBy(() -> read("{\"a\\nb\": \"c\\nd\"}", f -> f))
        .hasMessage("f.json: /a?b wants to be absent: the fields here are , got \"c\\nd\"");
  }
}
