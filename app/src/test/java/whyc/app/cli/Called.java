package whyc.app.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import whyc.app.Main;
import whyc.app.image.Picture;
import whyc.app.image.PngWriter;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** What came of one call of the program. */
record Called(int status, String out, String err) {

  static Called with(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] texts = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int status = Main.run(texts, o, e);
      return new Called(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  JsonNode json() {
    return new ObjectMapper().readTree(out);
  }

  static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file));
  }

  /** A picture of noise. */
  static Path picture(Path file, int width, int height) throws IOException {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    PngWriter.write(file, Picture.of(width, height, rgb));
    return file;
  }

  static Path tensor(Path file, int... extents) throws IOException {
    Shape shape = Shape.of(extents);
    float[] values = new float[shape.size()];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Files.write(file, Npy.write(Tensor.of(shape, values)));
  }

  /** A file of the reference data; the test is skipped where they are absent. */
  static Path data(String path) {
    String folder = System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data");
    Path file = Path.of(folder, path);
    Assumptions.assumeTrue(Files.exists(Path.of(folder)), "no reference data at " + folder);
    return file;
  }

  /** Names in a folder, hidden ones too. */
  static java.util.List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
