package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Readers against changed input: each is read, or refused in a sentence, and soon.
 *
 * <p>{@code -Dwhyc.fuzz.runs=N} asks for more inputs than the short run of every build, {@code
 * -Dwhyc.fuzz.seed=S} for others. An input that was a finding lies in {@code resources/fuzz}, in
 * the folder of its target, and is tried again each time. {@code scripts/fuzz} searches with
 * Jazzer.
 */
final class FuzzTest {
  private static final int RUNS = Integer.getInteger("whyc.fuzz.runs", 2000);
  private static final long SEED = Long.getLong("whyc.fuzz.seed", 1);

  /** What one input may take. Most take a thousandth of it; machines that run tests are busy. */
  private static final long MAX_MILLISECONDS = 20_000;

  /** What is read, and how inputs are made. */
  enum Target {
    MODEL(Targets::model) {
      @Override
      byte[] input(Random random) {
        return damaged(Protos.classifier().toByteArray(), random);
      }
    },
    NODES(Targets::changedModel) {
      @Override
      byte[] input(Random random) {
        return bytes(random, 4 + random.nextInt(40));
      }
    },
    NPY(Targets::npy) {
      @Override
      byte[] input(Random random) {
        byte[] file = Npy.write(Tensor.of(Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f));
        byte[] words =
            WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.ISO_8859_1);
        int at = random.nextInt(file.length - words.length);
        System.arraycopy(words, 0, file, at, random.nextInt(3) == 0 ? 0 : words.length);
        return damaged(file, random);
      }
    };

    private static final List<String> WORDS =
        List.of(
            "'<f8'",
            "'|O8'",
            "'>f4'",
            "(2, 3, 99999999999)",
            "(0,)",
            "()",
            "True",
            "-1",
            "'shape': (");

    final ToIntFunction<byte[]> read;

    Target(ToIntFunction<byte[]> read) {
      this.read = read;
    }

    abstract byte[] input(Random random);

    private static byte[] bytes(Random random, int count) {
      byte[] bytes = new byte[count];
      random.nextBytes(bytes);
      return bytes;
    }

    /** Some bytes flipped, set, cut off, taken out or repeated. */
    private static byte[] damaged(byte[] file, Random random) {
      byte[] bytes = file.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1, 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          case 3 -> bytes[at] = (byte) 0xff;
          case 4 -> {
            int length = random.nextInt(Math.min(40, bytes.length - at));
            System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length), length);
          }
          default -> {
            if (random.nextInt(4) == 0) {
              bytes = java.util.Arrays.copyOf(bytes, 1 + at);
            }
          }
        }
      }
      return bytes;
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(36_000)
  void changedInputIsReadOrRefused(Target target) {
    int[] reached = new int[3];
    long started = System.nanoTime();
    for (int run = 0; run < RUNS; run++) {
      byte[] input = target.input(new Random(SEED * 1_000_003 + run));
      reached[check(target, input, "run " + run)]++;
    }
    if (RUNS > 100_000) {
      System.out.printf(
          "%s: %d inputs, %d refused, %d read, %d read to the end, in %d s%n",
          target,
          RUNS,
          reached[0],
          reached[1],
          reached[2],
          (System.nanoTime() - started) / 1_000_000_000);
    }
    assertThat(reached[0]).as("refused").isPositive();
    assertThat(reached[2]).as("read to the end").isPositive();
  }

  private static int check(Target target, byte[] input, String what) {
    long started = System.nanoTime();
    try {
      int reached = target.read.applyAsInt(input);
      long milliseconds = (System.nanoTime() - started) / 1_000_000;
      assertThat(milliseconds).as("milliseconds of %s", what).isLessThan(MAX_MILLISECONDS);
      return reached;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          "%s, seed %d, %s".formatted(target, SEED, what) + kept(target, input), e);
    }
  }

  /** Keeps an input that was a finding, where the build may write. */
  private static String kept(Target target, byte[] input) {
    try {
      Path file =
          Files.createTempFile(target.name().toLowerCase(java.util.Locale.ROOT) + "-", ".bin");
      return ", kept as " + Files.write(file, input);
    } catch (IOException e) {
      return ", not kept: " + e.getMessage();
    }
  }

  /** A target and a file of its folder. */
  record Known(Target target, Path file) {
    @Override
    public String toString() {
      return target + " " + file.getFileName();
    }
  }

  static Stream<Known> findings() {
    List<Known> found = new ArrayList<>();
    for (Target target : Target.values()) {
      Path corpus =
          Path.of(
              "src", "test", "resources", "fuzz", target.name().toLowerCase(java.util.Locale.ROOT));
      if (Files.isDirectory(corpus)) {
        try (Stream<Path> files = Files.list(corpus)) {
          files.sorted().forEach(f -> found.add(new Known(target, f)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("findings")
  @Timeout(300)
  void whatOnceFailedIsReadOrRefused(Known known) throws IOException {
    assertThat(check(known.target, Files.readAllBytes(known.file), known.file.toString()))
        .isBetween(0, 2);
  }
}
