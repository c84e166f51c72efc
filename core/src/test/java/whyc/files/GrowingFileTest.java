package whyc.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingFileTest {
  @TempDir private Path folder = Path.of("");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsWrittenBecomesTheEnd() throws IOException {
    Path path = Files.writeString(folder.resolve("log"), "one two");
    try (GrowingFile file = GrowingFile.toAppend(path, "taken")) {
      file.write(4, bytes("3"));
      assertThat(file.size()).isEqualTo(5);
      assertThat(file.read(2, 3)).isEqualTo(bytes("e 3"));
      file.cut(3);
      file.force();
    }
    assertThat(path).hasContent("one");
  }

  @Test
  void aFileThatIsNotThereIsMadeToAppendAndMissedToRead() throws IOException {
    Path path = folder.resolve("new");
    assertThatThrownBy(() -> GrowingFile.toRead(path)).isInstanceOf(NoSuchFileException.class);
    GrowingFile.toAppend(path, "taken").close();
    assertThat(path).isEmptyFile();
  }

  @Test
  void twoCannotAppendAtOnceButOneMayRead() throws IOException {
    Path path = Files.writeString(folder.resolve("log"), "one");
    try (GrowingFile first = GrowingFile.toAppend(path, "taken")) {
      assertThatThrownBy(() -> GrowingFile.toAppend(path, "somebody has it"))
          .isInstanceOf(IOException.class)
          .hasMessage(path + ": somebody has it");
      try (GrowingFile other = GrowingFile.toRead(path)) {
        first.write(3, bytes("!"));
        assertThat(other.read(0, 4)).isEqualTo(bytes("one!"));
      }
    }
    GrowingFile.toAppend(path, "taken").close();
  }

  @Test
  void bytesBehindTheEndAreNotMadeUp() throws IOException {
    Path path = Files.writeString(folder.resolve("log"), "one");
    try (GrowingFile file = GrowingFile.toRead(path)) {
      assertThatThrownBy(() -> file.read(1, 3))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("became shorter");
    }
  }
}
