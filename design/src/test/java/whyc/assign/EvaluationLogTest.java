package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.assign.EvaluationLog.Part;

class EvaluationLogTest {
  private static final Assignment SOME = new Assignment(List.of(0, 3, 1));
  private static final Measured MEASURED = new Measured(100, 91, 3, 1, 0.25, 0.96875, 1.5);

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("evaluations.jsonl");
  }

  @Test
  void whatWasMeasuredIsKnownAgain() throws IOException {
    EvaluationLog.open(file(), "a").add(SOME, Passes.BOTH, Part.SELECTION, MEASURED);
    EvaluationLog again = EvaluationLog.open(file(), "a");
    assertThat(again.find(SOME, Passes.BOTH, Part.SELECTION, 100)).contains(MEASURED);
    assertThat(again.find(SOME, Passes.BOTH, Part.SELECTION, 50)).isEmpty();
    assertThat(again.find(SOME, Passes.BOTH, Part.HELD_OUT, 100)).isEmpty();
    assertThat(again.find(SOME, Passes.BACKWARD, Part.SELECTION, 100)).isEmpty();
  }

  @Test
  void onePassIsNoMeasurementOfBoth() throws IOException {
    EvaluationLog.open(file(), "a").add(SOME, Passes.BACKWARD, Part.SELECTION, MEASURED);
    EvaluationLog again = EvaluationLog.open(file(), "a");
    assertThat(again.find(SOME, Passes.BACKWARD, Part.SELECTION, 100)).contains(MEASURED);
    assertThat(again.find(SOME, Passes.FORWARD, Part.SELECTION, 100)).isEmpty();
    assertThat(again.find(SOME, Passes.BOTH, Part.SELECTION, 100)).isEmpty();
  }

  @Test
  void aLineThatWasCutIsDroppedAndTheNextOneStandsAlone() throws IOException {
    EvaluationLog.open(file(), "a").add(SOME, Passes.BOTH, Part.SELECTION, MEASURED);
    Files.writeString(file(), "{\"choices\":\"1 1", StandardOpenOption.APPEND);
    EvaluationLog cut = EvaluationLog.open(file(), "a");
    assertThat(cut.size()).isEqualTo(1);
    Assignment other = new Assignment(List.of(1, 1, 1));
    cut.add(other, Passes.BOTH, Part.HELD_OUT, MEASURED);
    assertThat(EvaluationLog.open(file(), "a").find(other, Passes.BOTH, Part.HELD_OUT, 100))
        .contains(MEASURED);
  }

  @Test
  void anotherSearchsFiguresAreRefused() throws IOException {
    EvaluationLog.open(file(), "a");
    assertThatThrownBy(() -> EvaluationLog.open(file(), "b"))
        .hasMessageContaining("evaluations.jsonl")
        .hasMessageContaining("another model, data set, circuits or number of images");
  }

  @Test
  void aLineThatIsNoMeasurementIsRefusedWithItsNumber() throws IOException {
    EvaluationLog.open(file(), "a");
    Files.writeString(file(), "{\"choices\":\"1\"}\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> EvaluationLog.open(file(), "a")).hasMessageContaining("(line 2)");
  }
}
