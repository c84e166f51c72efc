package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data sets that are as they should be, and others. */
final class LabelledImagesTest {
  private static final int RECORD = 3073;

  @TempDir private Path folder;
  private final List<String> read = new ArrayList<>();
  private Path images = Path.of("");
  private Path labels = Path.of("");

  @BeforeEach
  void placed() {
    images = folder.resolve("t-images-idx3-ubyte");
    labels = folder.resolve("t-labels-idx1-ubyte");
  }

  /** Label, colour of the last pixel and place of each. */
  private List<String> read(Path place, int most) throws IOException {
    read.clear();
    LabelledImages.each(
        place,
        most,
        (picture, label, where) ->
            read.add(
                "%d %06x %s"
                    .formatted(
                        label,
                        picture.rgb(picture.width() - 1, picture.height() - 1) & 0xffffff,
                        where)));
    return read;
  }

  private static byte[] idx(int magic, int... numbersAndBytes) {
    int head = magic == 0x803 ? 3 : 1;
    ByteBuffer b = ByteBuffer.allocate(4 * (1 + head) + numbersAndBytes.length - head);
    b.putInt(magic);
    for (int i = 0; i < numbersAndBytes.length; i++) {
      if (i < head) {
        b.putInt(numbersAndBytes[i]);
      } else {
        b.put((byte) numbersAndBytes[i]);
      }
    }
    return b.array();
  }

  private static Path packed(Path file, byte[] bytes, long zeros) throws IOException {
    Path packed = file.resolveSibling(file.getFileName() + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(bytes);
      byte[] some = new byte[1 << 20];
      for (long left = zeros; left > 0; left -= some.length) {
        out.write(some, 0, (int) Math.min(left, some.length));
      }
    }
    return packed;
  }

  /** Two pictures of 1 x 2, whose last pixels are 0x11 and 0xff. */
  @Test
  void idxIsReadPlainAndPacked() throws IOException {
    byte[] pixels = idx(0x803, 2, 1, 2, 0, 0x11, 0, 0xff);
    byte[] classes = idx(0x801, 2, 7, 3);
    Files.write(images, pixels);
    Files.write(labels, classes);
    assertThat(read(images, 9)).containsExactly("7 111111 image 0", "3 ffffff image 1");
    Path packed = packed(images, pixels, 0);
    packed(labels, classes, 0);
    assertThat(read(packed, 9)).containsExactly("7 111111 image 0", "3 ffffff image 1");
    assertThat(read(packed, 1)).containsExactly("7 111111 image 0");
  }

  /** Kilobytes that unpack to megabytes: what is not asked for is not unpacked. */
  @Test
  void aPackedFileIsReadAsFarAsItIsAskedFor() throws IOException {
    long zeros = 1 << 24;
    Path many = packed(images, idx(0x803, Integer.MAX_VALUE, 1, 2), zeros);
    packed(labels, idx(0x801, Integer.MAX_VALUE), zeros);
    assertThat(read(many, 3)).hasSize(3);
    Path more = packed(images, idx(0x803, 1, 1, 2, 0, 0x11), zeros);
    packed(labels, idx(0x801, 1, 4), 0);
    assertThatThrownBy(() -> read(more, 9))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("t-images-idx3-ubyte.gz: idx must have the images")
        .hasMessageContaining("more follows them");
  }

  @Test
  void aHeadThatPromisesHugePicturesTakesNoMemory() throws IOException {
    Files.write(images, idx(0x803, 1, 18_000, 18_000, 5));
    Files.write(labels, idx(0x801, 1, 4));
    assertThatThrownBy(() -> read(images, 9)).hasMessageContaining("cut or damaged");
    Files.write(images, idx(0x803, 1, 65_536, 65_536, 5));
    assertThatThrownBy(() -> read(images, 9))
        .hasMessageContaining("sides from 1 to 30000, got 65536 x 65536");
  }

  @Test
  void idxThatIsCutOrPackedWrongIsRefusedWithItsName() throws IOException {
    byte[] pixels = idx(0x803, 2, 1, 2, 0, 0x11, 0, 0xff);
    Files.write(labels, idx(0x801, 2, 7, 3));
    for (int length = 4; length < pixels.length; length++) {
      Files.write(images, Arrays.copyOf(pixels, length));
      assertThatThrownBy(() -> read(images, 9))
          .as("%d bytes", length)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("t-images-idx3-ubyte: idx must have");
    }
    Path packed = packed(images, pixels, 0);
    packed(labels, idx(0x801, 2, 7, 3), 0);
    byte[] bytes = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> read(packed, 9))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cut or damaged");
    Files.writeString(packed, "no gzip");
    assertThatThrownBy(() -> read(packed, 9)).hasMessageContaining("cut or damaged");
    Files.write(images, pixels);
    Files.write(labels, idx(0x801, 3, 7, 3, 1));
    assertThatThrownBy(() -> read(images, 9))
        .hasMessageContaining("as many images as labels, got 2 and 3");
  }

  /** Six gigabytes, of which nearly all is a hole: more than an array holds. */
  @Test
  void ofALargeBatchOnlyWhatIsAskedForIsRead() throws IOException {
    Path batch = folder.resolve("large.bin");
    byte[] record = new byte[RECORD];
    Arrays.fill(record, (byte) 0x22);
    Files.write(batch, record);
    try (var channel =
        java.nio.channels.FileChannel.open(batch, java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), 2_000_000L * RECORD - 1);
    }
    assertThat(read(batch, 2)).containsExactly("34 222222 image 0", "0 000000 image 1");
  }

  private void pictures(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve("set").resolve(name).normalize();
      Files.createDirectories(file.getParent());
      ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }
  }

  @Test
  void aListNamesPicturesInItsFolderAndBelow() throws IOException {
    pictures("a.png", "deep/b.png");
    Path set = folder.resolve("set");
    Files.writeString(
        folder.resolve("labels.tsv"), "file\tclass\na.png\t1\n\ndeep/b.png\t2\ndeep/../a.png\t3\n");
    assertThat(read(set, 9))
        .containsExactly("1 000000 line 2", "2 000000 line 4", "3 000000 line 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../outside.png", "deep/../../outside.png", "/ABSOLUTE", "link.png", "a\0b"})
  void aListThatNamesWhatIsElsewhereIsRefused(String name) throws IOException {
    pictures("a.png", "../outside.png");
    Path set = folder.resolve("set");
    Path outside = folder.resolve("outside.png");
    Files.createSymbolicLink(set.resolve("link.png"), outside);
    String named = name.equals("/ABSOLUTE") ? outside.toString() : name;
    Files.writeString(set.resolve("labels.tsv"), "a.png\t1\n" + named + "\t2\n");
    assertThatThrownBy(() -> read(set, 9))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "%s: a line must name a file in %s, got \"%s\" (line 2)"
                .formatted(set.resolve("labels.tsv"), set, named));
  }

  @Test
  void aPictureThatIsNotThereIsNamed() throws IOException {
    pictures("a.png");
    Path set = folder.resolve("set");
    Files.writeString(set.resolve("labels.tsv"), "none.png\t1\n");
    assertThatThrownBy(() -> read(set, 9))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.png");
  }
}
