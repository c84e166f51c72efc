package whyc.app.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged pictures: each is read, or refused in a sentence, and soon.
 *
 * <p>{@code -Dwhyc.fuzz.runs=N} asks for more inputs than the short run of every build, {@code
 * -Dwhyc.fuzz.seed=S} for others. An input that was a finding lies in {@code
 * resources/fuzz/picture} and is tried again each time.
 */
final class PictureFuzzTest {
  private static final int RUNS = Integer.getInteger("whyc.fuzz.runs", 400);
  private static final long SEED = Long.getLong("whyc.fuzz.seed", 1);

  /** What one input may take. Most take a thousandth of it; machines that run tests are busy. */
  private static final long MAX_MILLISECONDS = 20_000;

  /** Whole files, of every format and kind of sample. */
  enum Kind {
    PNG(encoded(BufferedImage.TYPE_INT_RGB, "png")),
    PNG_ALPHA(encoded(BufferedImage.TYPE_4BYTE_ABGR, "png")),
    PNG_DEEP(encoded(BufferedImage.TYPE_USHORT_GRAY, "png")),
    PNG_PALETTE(encoded(BufferedImage.TYPE_BYTE_INDEXED, "png")),
    PNG_EXIF(Images.withChunk(encoded(BufferedImage.TYPE_INT_RGB, "png"), "eXIf", Images.exif(5))),
    JPEG(encoded(BufferedImage.TYPE_INT_RGB, "jpeg")),
    JPEG_GREY(encoded(BufferedImage.TYPE_BYTE_GRAY, "jpeg")),
    JPEG_EXIF(
        Images.withSegment(
            encoded(BufferedImage.TYPE_INT_RGB, "jpeg"), 0xe1, "Exif\0\0", Images.exif(6))),
    BMP(encoded(BufferedImage.TYPE_INT_RGB, "bmp")),
    BMP_PALETTE(encoded(BufferedImage.TYPE_BYTE_INDEXED, "bmp")),
    GIF(encoded(BufferedImage.TYPE_BYTE_INDEXED, "gif")),
    WEBP_LOSSY(decoded("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AA/uuuAAA=")),
    WEBP_LOSSLESS(decoded("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")),
    WEBP_MOVING(
        decoded(
            "UklGRlIAAABXRUJQVlA4WAoAAAASAAAAAAAAAAAAQU5JTQYAAAD/////AABBTk1G"
                + "JgAAAAAAAAAAAAAAAAAAAGQAAABWUDhMDQAAAC8AAAAQBxAREYiI/gcA"));

    final byte[] whole;

    Kind(byte[] whole) {
      this.whole = whole;
    }

    private static byte[] encoded(int type, String format) {
      return Images.encode(Images.gradient(13, 9, type), format);
    }

    private static byte[] decoded(String base64) {
      return Base64.getDecoder().decode(base64);
    }

    /** Some bytes changed, most of them near the start; checksums of PNG are made right again. */
    byte[] damaged(Random random) {
      byte[] bytes = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length);
        switch (random.nextInt(6)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1, 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          case 3 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
          case 4 -> {
            int length = random.nextInt(Math.min(40, bytes.length - at));
            System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length), length);
          }
          default -> {
            if (random.nextInt(4) == 0) {
              bytes = Arrays.copyOf(bytes, 1 + at);
            }
          }
        }
      }
      return name().startsWith("PNG") && random.nextInt(5) > 0 ? withChecksums(bytes) : bytes;
    }

    private static byte[] withChecksums(byte[] png) {
      ByteBuffer b = ByteBuffer.wrap(png);
      int at = 8;
      while (at + 12 <= png.length) {
        int length = b.getInt(at);
        if (length < 0 || length > png.length - at - 12) {
          break;
        }
        CRC32 crc = new CRC32();
        crc.update(png, at + 4, length + 4);
        b.putInt(at + 8 + length, (int) crc.getValue());
        at += 12 + length;
      }
      return png;
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(36_000)
  void aDamagedPictureIsReadOrRefused(Kind kind) {
    int read = 0;
    for (int run = 0; run < RUNS; run++) {
      byte[] file = kind.damaged(new Random(SEED * 1_000_003 + run));
      read += check(file, kind + ", seed " + SEED + ", run " + run) ? 1 : 0;
    }
    assertThat(read).as("read").isBetween(1, RUNS - 1);
  }

  /** Reads a file, or is told in a sentence why not. */
  static boolean read(byte[] file) {
    try {
      Picture picture = PictureReader.read(file, "x").picture();
      assertThat(picture.bytes()).hasSize(3 * picture.width() * picture.height());
      return true;
    } catch (PictureException e) {
      assertThat(e.getMessage()).startsWith("x: ").hasSizeLessThan(400);
      assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl);
      return false;
    }
  }

  private static boolean check(byte[] file, String what) {
    long started = System.nanoTime();
    try {
      boolean read = read(file);
      assertThat((System.nanoTime() - started) / 1_000_000)
          .as("milliseconds")
          .isLessThan(MAX_MILLISECONDS);
      return read;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + kept(file), e);
    }
  }

  /** Keeps an input that was a finding, where the build may write. */
  private static String kept(byte[] file) {
    try {
      return ", kept as " + Files.write(Files.createTempFile("picture-", ".bin"), file);
    } catch (IOException e) {
      return ", not kept: " + e.getMessage();
    }
  }

  static Stream<Path> findings() {
    Path corpus = Path.of("src", "test", "resources", "fuzz", "picture");
    if (!Files.isDirectory(corpus)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(corpus)) {
      return files.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("findings")
  @Timeout(300)
  void whatOnceFailedIsReadOrRefused(Path file) throws IOException {
    check(Files.readAllBytes(file), file.toString());
  }
}
