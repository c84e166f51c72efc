package whyc.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.assign.DataSet;
import whyc.tensor.Shape;

/** The layouts of the files, each written here byte by byte. */
class LabelledSetsTest {
  @TempDir private Path data = Path.of("");

  @Test
  void cifarIsALabelAndThreePlanes() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2 * 3073);
    for (int image = 0; image < 2; image++) {
      bytes.put((byte) (3 + image));
      for (int i = 0; i < 3072; i++) {
        bytes.put((byte) (i / 1024 == 0 ? 255 : image));
      }
    }
    Files.createDirectories(data.resolve("images/cifar10"));
    Files.write(data.resolve("images/cifar10/test_0000_1999.bin"), bytes.array());
    DataSet plain = LabelledSets.cifar(data, 5, false);
    assertThat(plain.labels()).containsExactly(3, 4);
    assertThat(plain.images().get(1)[0]).isEqualTo(255);
    assertThat(plain.images().get(1)[1024]).isEqualTo(1);
    DataSet normalised = LabelledSets.cifar(data, 1, true);
    assertThat(normalised.labels()).containsExactly(3);
    assertThat(normalised.images().getFirst()[0]).isEqualTo((1 - 0.485f) / 0.229f);
    assertThat(normalised.images().getFirst()[3071]).isEqualTo(-0.406f / 0.225f);
  }

  @Test
  void mnistIsPixelsBehindSixteenBytesAndLabelsBehindEight() throws IOException {
    Path folder = Files.createDirectories(data.resolve("images/mnist"));
    byte[] pixels = new byte[16 + 2 * 784];
    pixels[16] = (byte) 200;
    pixels[16 + 784 + 783] = 7;
    Files.write(folder.resolve("t10k_0000_0499-images.idx3"), pixels);
    Files.write(
        folder.resolve("t10k_0000_0499-labels.idx1"), new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 9, 4});
    DataSet all = LabelledSets.mnist(data, 10);
    assertThat(all.sample()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(all.labels()).containsExactly(9, 4);
    assertThat(all.images().get(0)[0]).isEqualTo(200);
    assertThat(all.images().get(1)[783]).isEqualTo(7);
    assertThat(LabelledSets.mnist(data, 1).labels()).containsExactly(9);
  }

  @Test
  void photographsAreBlueGreenAndRedOfTheirCentre() throws IOException {
    Path folder = Files.createDirectories(data.resolve("images/imagenet/jpg"));
    for (String name : new String[] {"a.png", "b.png"}) {
      BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
      image.setRGB(16, 16, 0x0a141e);
      image.setRGB(17, 16, 0xff0000);
      ImageIO.write(image, "png", folder.resolve(name).toFile());
    }
    DataSet all = LabelledSets.imageNet(data, 2);
    assertThat(all.labels()).containsExactly(0, 5);
    float[] x = all.images().getFirst();
    int plane = 224 * 224;
    assertThat(x[0]).isEqualTo(0x1e - 103.939f);
    assertThat(x[plane]).isEqualTo(0x14 - 116.779f);
    assertThat(x[2 * plane]).isEqualTo(0x0a - 123.68f);
    assertThat(x[2 * plane + 1]).isEqualTo(255 - 123.68f);
  }
}
