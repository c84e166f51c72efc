package whyc.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnfinishedNamesTest {
  @Test
  void whatIsBeingWrittenIsCalledWhatItsUserCallsIt() {
    Path growing = Path.of("/somewhere/.why.123.tmp");
    Unfinished.begin(growing, Path.of("why"));
    Unfinished.end(growing);
    assertThat(Unfinished.asked(growing)).isEqualTo(Path.of("why"));
    assertThat(Unfinished.asked(growing.resolve("dog/map.npy")))
        .isEqualTo(Path.of("why/dog/map.npy"));
    assertThat(Unfinished.asked(Path.of("/somewhere/else"))).isEqualTo(Path.of("/somewhere/else"));
  }
}
