package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result never takes the place of what it is made from, and never appears half. */
final class OutputFileTest {
  @TempDir private Path folder;
  private Path model = Path.of("");
  private Path picture = Path.of("");

  @BeforeEach
  void placed() throws IOException {
    model = Files.writeString(folder.resolve("model.onnx"), "model");
    picture = Files.writeString(folder.resolve("picture.png"), "picture");
  }

  @Test
  void noSourceIsReplacedWhateverItIsCalled() throws IOException {
    Path symbolic = Files.createSymbolicLink(folder.resolve("link"), picture);
    Path hard = Files.createLink(folder.resolve("same"), picture);
    Path around = folder.resolve("..").resolve(folder.getFileName()).resolve("picture.png");
    for (Path out : List.of(picture, symbolic, hard, around)) {
      assertThatThrownBy(() -> OutputFile.check(out, true, List.of(model, picture)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(out.toString())
          .hasMessageContaining("got the one it is made from");
    }
  }

  @Test
  void whatIsThereIsReplacedOnlyWhereThatIsWanted() throws IOException {
    Path old = Files.writeString(folder.resolve("old"), "old");
    assertThatThrownBy(() -> OutputFile.check(old, false, List.of(model)))
        .hasMessage(old + ": this file exists; --overwrite replaces it");
    assertThatCode(() -> OutputFile.check(old, true, List.of(model))).doesNotThrowAnyException();
    assertThatThrownBy(() -> OutputFile.check(folder, true, List.of(model)))
        .hasMessageContaining("a folder of this name is there");
  }

  @Test
  void aSourceThatIsNotThereProtectsNothing() {
    Path none = folder.resolve("none");
    assertThatCode(() -> OutputFile.check(folder.resolve("new"), false, List.of(none)))
        .doesNotThrowAnyException();
  }

  @Test
  void aFileThatCannotBeFinishedLeavesTheOldOneAndNothingElse() throws IOException {
    Path old = Files.writeString(folder.resolve("old"), "old");
    assertThatThrownBy(() ->
            OutputFile.write(
                old,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("no space");
                }))
        .hasMessage(old + ": the file cannot be written: no space");
    assertThat(old).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("old", "model.onnx", "picture.png");
    }
  }
}
