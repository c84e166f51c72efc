package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real photographs against the bytes that Pillow made of them. */
class ReferencePicturesTest {
  private static Path data() {
    String folder =
        System.getProperty(
            "WHYC_TEST_DATA", System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    Path path = Path.of(folder);
    assumeTrue(Files.isDirectory(path), "reference data is absent: WHYC_TEST_DATA = " + folder);
    return path;
  }

  /** The bytes behind the header of a {@code .npy} file, version 1. */
  private static byte[] npy(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int header =
        Short.toUnsignedInt(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(8));
    return Arrays.copyOfRange(bytes, 10 + header, bytes.length);
  }

  @Test
  void theNetworkSeesTheBytesThatPillowDecoded() throws IOException {
    Path data = data();
    byte[] expected = npy(data.resolve("golden/squeezenet1_1/input_u8.npy"));
    List<String> lines = Files.readAllLines(data.resolve("images/imagenet/labels.tsv"));
    Preprocessing crop = Preprocessing.named("raw", 224, 224).withCropFraction(0.875);
    int size = 224 * 224 * 3;
    for (int i = 0; i < 10; i++) {
      String name = lines.get(1 + 20 * i).split("\t", -1)[0];
      Picture picture =
          PictureReader.read(data.resolve("images/imagenet/jpg").resolve(name)).picture();
      assertThat(crop.view(picture).toBytes())
          .as(name)
          .isEqualTo(Arrays.copyOfRange(expected, i * size, (i + 1) * size));
    }
  }
}
