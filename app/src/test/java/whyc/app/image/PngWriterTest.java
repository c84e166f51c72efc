package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 13, 64, 207, 1023})
  void bothReadersReadWhatWasWritten(int size) throws IOException {
    Picture picture = PreprocessingTest.noise(size, Math.max(1, size / 2), size);
    Path file = folder.resolve("noise.png");
    PngWriter.write(file, picture);
    assertThat(PictureReader.read(file).picture()).isEqualTo(picture);
    var read = ImageIO.read(file.toFile());
    assertThat(read.getRGB(size - 1, 0) & 0xffffff).isEqualTo(picture.rgb(size - 1, 0));
  }

  @Test
  void theSamePictureGivesTheSameBytes() {
    Picture picture = PreprocessingTest.noise(50, 40, 3);
    assertThat(PngWriter.encode(picture))
        .isEqualTo(PngWriter.encode(Picture.of(50, 40, picture.toBytes())));
  }

  @Test
  void nothingElseIsLeftBehind() throws IOException {
    Path file = folder.resolve("a.png");
    PngWriter.write(file, PreprocessingTest.noise(5, 5, 1));
    PngWriter.write(file, PreprocessingTest.noise(6, 6, 2));
    assertThat(PictureReader.read(file).picture().width()).isEqualTo(6);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aTargetThatCannotBeReplacedStaysAndLeavesNoTemporaryFile() throws IOException {
    Path target = Files.createDirectories(folder.resolve("busy.png/inside")).getParent();
    assertThatThrownBy(() -> PngWriter.write(target, PreprocessingTest.noise(5, 5, 1)))
        .isInstanceOf(IOException.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }
}
