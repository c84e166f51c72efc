package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets as they come, in parts. */
class TrainingPicturesTest {
  private static final int RECORD = 1 + 3 * 32 * 32;

  @TempDir private Path folder;

  private void batch(String name, int images, int seed) throws IOException {
    byte[] all = new byte[images * RECORD];
    new Random(seed).nextBytes(all);
    for (int i = 0; i < images; i++) {
      all[i * RECORD] = (byte) (i % 10);
    }
    Files.write(folder.resolve(name), all);
  }

  private TrainingPictures read(Optional<Path> test, int most, long seed) throws IOException {
    return TrainingPictures.read(new TrainingPictures.Wish(folder, test, most, 8, 64, seed));
  }

  @Test
  void theBatchesOfCifarAreReadWithTheirOwnTest() throws IOException {
    batch("data_batch_1.bin", 30, 1);
    batch("data_batch_2.bin", 30, 2);
    batch("test_batch.bin", 20, 3);
    TrainingPictures p = read(Optional.empty(), Integer.MAX_VALUE, 1);
    assertThat(p.training().size()).isEqualTo(52);
    assertThat(p.validation().size()).isEqualTo(8);
    assertThat(p.test().size()).isEqualTo(20);
    assertThat(p.training().channels()).isEqualTo(3);
    assertThat(p.training().classes()).isEqualTo(10);
    // red of the first place, then green: [h,w,c] from planes
    byte[] file = Files.readAllBytes(folder.resolve("test_batch.bin"));
    assertThat(p.test().pixels()[0]).isEqualTo(file[1]);
    assertThat(p.test().pixels()[1]).isEqualTo(file[1 + 1024]);
  }

  @Test
  void aSixthIsKeptWhereThereIsNoTestAndTheSeedDecidesWhich() throws IOException {
    batch("data_batch_1.bin", 60, 1);
    TrainingPictures one = read(Optional.empty(), Integer.MAX_VALUE, 1);
    TrainingPictures other = read(Optional.empty(), Integer.MAX_VALUE, 2);
    assertThat(one.test().size()).isEqualTo(10);
    assertThat(one.test().fingerprint()).isNotEqualTo(other.test().fingerprint());
    assertThat(read(Optional.empty(), Integer.MAX_VALUE, 1).test().fingerprint())
        .isEqualTo(one.test().fingerprint());
  }

  @Test
  void anotherTestCanBeNamedAndFewerPicturesRead() throws IOException {
    batch("data_batch_1.bin", 60, 1);
    batch("other.bin", 9, 4);
    TrainingPictures p = read(Optional.of(folder.resolve("other.bin")), 40, 1);
    assertThat(p.test().size()).isEqualTo(9);
    assertThat(p.training().size() + p.validation().size()).isEqualTo(40);
  }

  @Test
  void picturesOfSeveralSizesAreBroughtToOne() throws IOException {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      Called.picture(folder.resolve(i + ".png"), 20 + i % 3, 20);
      list.append(i).append(".png\t").append(i % 2).append('\n');
    }
    Files.writeString(folder.resolve("labels.tsv"), list);
    TrainingPictures p = read(Optional.empty(), Integer.MAX_VALUE, 1);
    assertThat(p.training().width()).isEqualTo(20);
    assertThat(p.training().height()).isEqualTo(20);
  }

  /** So many pictures of 4 x 4, one a row. */
  private void sheet(String name, int pictures, int seed) throws IOException {
    BufferedImage sheet = new BufferedImage(16, pictures, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < pictures; y++) {
      for (int x = 0; x < 16; x++) {
        sheet.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ImageIO.write(sheet, "png", folder.resolve(name).toFile());
  }

  @Test
  void theSheetsOfCifarAreReadWithTheClassesOfAllBatchesBesideThem() throws IOException {
    sheet("data_batch_1.png", 20, 1);
    sheet("data_batch_2.png", 20, 2);
    sheet("test_batch.png", 9, 3);
    Files.writeString(
        folder.resolve("train_lables.json"),
        IntStream.range(0, 40).mapToObj(i -> i < 20 ? "0" : "1").toList().toString());
    Files.writeString(folder.resolve("test_lables.json"), "[0,1,0,1,0,1,0,1,1]");
    TrainingPictures p = read(Optional.empty(), Integer.MAX_VALUE, 1);
    assertThat(p.test().labels()).containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 1);
    assertThat(p.test().width()).isEqualTo(4);
    assertThat(p.training().size() + p.validation().size()).isEqualTo(40);
    Random random = new Random(3);
    int first = 0; // of the second row
    for (int i = 0; i <= 16; i++) {
      first = random.nextInt(1 << 24);
    }
    assertThat(Byte.toUnsignedInt(p.test().pixels()[3 * 16])).isEqualTo(first >> 16);
    long ones =
        IntStream.concat(IntStream.of(p.training().labels()), IntStream.of(p.validation().labels()))
            .filter(c -> c == 1)
            .count();
    assertThat(ones).isEqualTo(20);
  }

  @Test
  void aSheetWithFewerClassesThanRowsIsNamed() throws IOException {
    sheet("data_batch_2.png", 20, 1);
    Files.writeString(folder.resolve("train_lables.json"), "[1,2,3]");
    assertThatThrownBy(() -> read(Optional.empty(), 10, 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(
            "data_batch_2.png: a sheet wants a class for each of its rows, from 20 on, got 3");
  }

  @Test
  void aCutBatchIsNamed() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), new byte[100]);
    assertThatThrownBy(() -> read(Optional.empty(), 10, 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("data_batch_1.bin: a CIFAR-10 batch wants records of 3073 bytes");
  }
}
