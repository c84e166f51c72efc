package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimesTest {
  @ParameterizedTest
  @CsvSource({"90s, 90000", "10m, 600000", "2h, 7200000", "1.5M, 90000", "0s, 0", "0.25s, 250"})
  void aTimeIsANumberAndItsUnit(String text, long milliseconds) {
    assertThat(Times.read(text)).contains(Duration.ofMillis(milliseconds));
    assertThat(Times.seconds(Duration.ofMillis(milliseconds))).isEqualTo(milliseconds / 1e3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "10", "-1s", "1e3s", "1.s", "1d", "1 h", "1234567s", "1h30m"})
  void anythingElseIsNone(String text) {
    assertThat(Times.read(text)).isEmpty();
  }
}
