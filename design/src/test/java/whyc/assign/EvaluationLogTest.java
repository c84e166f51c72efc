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

  private void add(Assignment a, Passes passes, Part part) throws IOException {
    try (EvaluationLog log = EvaluationLog.open(file(), "a")) {
      log.add(a, passes, part, MEASURED);
    }
  }

  @Test
  void whatWasMeasuredIsKnownAgain() throws IOException {
    add(SOME, Passes.BOTH, Part.SELECTION);
    try (EvaluationLog again = EvaluationLog.open(file(), "a")) {
      assertThat(again.find(SOME, Passes.BOTH, Part.SELECTION, 100)).contains(MEASURED);
      assertThat(again.find(SOME, Passes.BOTH, Part.SELECTION, 50)).isEmpty();
      assertThat(again.find(SOME, Passes.BOTH, Part.HELD_OUT, 100)).isEmpty();
      assertThat(again.find(SOME, Passes.BACKWARD, Part.SELECTION, 100)).isEmpty();
    }
  }

  @Test
  void onePassIsNoMeasurementOfBoth() throws IOException {
    add(SOME, Passes.BACKWARD, Part.SELECTION);
    try (EvaluationLog again = EvaluationLog.open(file(), "a")) {
      assertThat(again.find(SOME, Passes.BACKWARD, Part.SELECTION, 100)).contains(MEASURED);
      assertThat(again.find(SOME, Passes.FORWARD, Part.SELECTION, 100)).isEmpty();
      assertThat(again.find(SOME, Passes.BOTH, Part.SELECTION, 100)).isEmpty();
    }
  }

  @Test
  void aLineThatWasCutIsDroppedAndTheNextOneStandsAlone() throws IOException {
    add(SOME, Passes.BOTH, Part.SELECTION);
    Files.writeString(file(), "{\"choices\":\"1 1", StandardOpenOption.APPEND);
    Assignment other = new Assignment(List.of(1, 1, 1));
    try (EvaluationLog cut = EvaluationLog.open(file(), "a")) {
      assertThat(cut.size()).isEqualTo(1);
      cut.add(other, Passes.BOTH, Part.HELD_OUT, MEASURED);
    }
    try (EvaluationLog again = EvaluationLog.open(file(), "a")) {
      assertThat(again.find(other, Passes.BOTH, Part.HELD_OUT, 100)).contains(MEASURED);
      assertThat(again.damaged()).isEmpty();
    }
  }

  @Test
  void anotherSearchsFiguresAreRefused() throws IOException {
    EvaluationLog.open(file(), "a").close();
    assertThatThrownBy(() -> EvaluationLog.open(file(), "b"))
        .hasMessageContaining("evaluations.jsonl")
        .hasMessageContaining("another model, data set, circuits or number of images");
  }

  @Test
  void aLineThatIsNoMeasurementIsToldAboutWithItsNumberAndTheOthersStay() throws IOException {
    EvaluationLog.open(file(), "a").close();
    Files.writeString(
        file(),
        "{\"choices\":\"1\"}\n{\"choices\":\"1\",\"images\":\"many\"}\n",
        StandardOpenOption.APPEND);
    add(SOME, Passes.BOTH, Part.SELECTION);
    try (EvaluationLog log = EvaluationLog.open(file(), "a")) {
      assertThat(log.size()).isEqualTo(1);
      assertThat(log.damaged()).hasSize(2);
      assertThat(log.damaged().getFirst()).contains("evaluations.jsonl: line 2");
    }
  }
}
