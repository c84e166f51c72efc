package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import whyc.architecture.Torch;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;

/** The command on pictures that are easy, and on what it refuses. */
class SearchCommandTest {
  private static final int SIDE = 8;

  private static final String SPACE =
      """
      {"name": "tiny", "description": "for tests", "family": "residual", "resolution": [8],
       "stem_width": [2, 4], "activation": ["relu"],
       "stages": [{"depth": [1], "width": [2, 4], "kernel": [3], "stride": [1, 2], "expansion": [1]}],
       "most_multiply_adds": 200000, "skipping_share": [0, 0.25]}
      """;

  @TempDir private Path folder;

  /** Class k has a bright bar at its own place. */
  private Path images(int count, int classes) throws IOException {
    Random random = new Random(3);
    ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % classes));
      for (int p = 0; p < SIDE * SIDE; p++) {
        boolean bright = p / SIDE * 3 / SIDE == i % classes;
        images.put((byte) ((bright ? 150 : 20) + random.nextInt(80)));
      }
    }
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels.array());
    return Files.write(folder.resolve("train-images-idx3-ubyte"), images.array());
  }

  private Path space() throws IOException {
    return Files.writeString(folder.resolve("tiny.json"), SPACE);
  }

  @Test
  void aSearchWritesItsFrontAndGoesOnWhereItWas() throws IOException {
    Assumptions.assumeTrue(
        Torch.obstacle().isEmpty(),
        () -> "skipped: " + Torch.obstacle().orElse("") + "; mvn -Ptraining fetches it");
    Path out = folder.resolve("out");
    Object[] call = {
      "search",
      images(120, 3),
      "--space",
      space(),
      "--budget",
      "2",
      "--steps",
      "12",
      "--batch",
      "16",
      "--workers",
      "1",
      "--keep",
      "2",
      "-o",
      out
    };
    Called c = Called.with(call);
    assertThat(c.status()).as(c.err()).isZero();
    JsonNode design = Called.json(out.resolve("design.json"));
    assertThat(design.at("/front")).isNotEmpty();
    assertThat(design.at("/front/0/test/images").intValue()).isEqualTo(20);
    assertThat(Files.readString(out.resolve("index.html"))).contains("Hypervolume", "<svg");
    Model m =
        Model.read(OnnxModel.read(out.resolve("front/01/model.onnx")), java.util.Optional.empty());
    assertThat(m.inputType().shape().dims()).containsExactly(1, 1, SIDE, SIDE);
    String log = Files.readString(out.resolve("log.jsonl"));
    Called again = Called.with(call);
    assertThat(again.out()).isEqualTo(c.out());
    assertThat(again.err()).contains("goes on with");
    assertThat(Files.readString(out.resolve("log.jsonl"))).isEqualTo(log);
  }

  @Test
  void methodsAreComparedOnOnePage() throws IOException {
    Assumptions.assumeTrue(
        Torch.obstacle().isEmpty(),
        () -> "skipped: " + Torch.obstacle().orElse("") + "; mvn -Ptraining fetches it");
    Path out = folder.resolve("out");
    Called c =
        Called.with(
            "search",
            images(120, 3),
            "--space",
            space(),
            "--method",
            "guided,random",
            "--budget",
            "1",
            "--steps",
            "8",
            "--batch",
            "8",
            "--workers",
            "1",
            "--keep",
            "1",
            "-o",
            out);
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.out()).contains("guided", "random");
    JsonNode design = Called.json(out.resolve("design.json"));
    assertThat(design.at("/methods")).hasSize(2);
    assertThat(design.at("/methods/1/hypervolume_by_seconds")).isNotEmpty();
    assertThat(Called.names(out)).contains("front", "log.jsonl", "index.html");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--budget; soon; --budget wants a time such as 90s, 10m or 2h, or a number of trainings, got soon",
        "--budget; 0; --budget wants a time",
        "--method; luck; --method: a method wants to be one of guided, nsga2",
        "--objectives; beauty; --objectives: an objective wants to be one of accuracy, energy",
        "--steps; 1; --steps wants 4 at least",
        "--space; nowhere.json; --space nowhere.json: there is no such file",
        "--accelerator; nowhere.json; --accelerator nowhere.json: there is no such file",
        "--most-multiply-adds; 3; --space residual: the smallest network takes"
      })
  void whatIsAskedWronglyIsNamed(String option, String value, String message) throws IOException {
    Called c = Called.with("search", images(30, 3), option, value);
    assertThat(c.status()).isNotZero();
    assertThat(c.err()).contains(message);
  }

  /** Another thread's search would be told to fetch, too: nothing else of this JVM searches. */
  @Test
  void onlyASearchThatCouldStartWantsPyTorchFetched() throws IOException {
    System.setProperty("whyc.torch.unfetched", "true");
    try {
      Called c = Called.with("search", folder.resolve("nowhere"));
      assertThat(c.status()).isEqualTo(1);
      assertThat(c.err()).contains("nowhere: there is no such file or folder");
      assertThat(Called.with("search", images(30, 1)).status()).isEqualTo(1);
      assertThat(Called.with("search", images(30, 3), "--steps", "1").status()).isEqualTo(2);
      Path out = folder.resolve("out");
      Called ready = Called.with("search", images(30, 3), "-o", out);
      assertThat(ready).isEqualTo(new Called(75, "", ""));
      assertThat(out).doesNotExist();
    } finally {
      System.clearProperty("whyc.torch.unfetched");
    }
  }

  @Test
  void aTestPartThatIsNotThereIsRefusedBeforeTheRestIsRead() throws IOException {
    Path bad = Files.writeString(folder.resolve("train-images-idx3-ubyte"), "no pictures");
    Called c = Called.with("search", bad, "--test", folder.resolve("nowhere"));
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("nowhere: there is no such file or folder");
  }

  @Test
  void picturesOfOneClassAreRefused() throws IOException {
    Called c = Called.with("search", images(30, 1));
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("a data set wants pictures of two classes at least, got one");
  }

  @Test
  void picturesWithoutLabelsAreRefused() throws IOException {
    Path images = images(30, 2);
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));
    assertThat(Called.with("search", images).err())
        .contains("images in idx form want their labels beside them");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(Called.with("search", empty).err())
        .contains("a folder of images wants labels.tsv in it or above it");
  }

  @Test
  void tooFewPicturesAreRefused() throws IOException {
    assertThat(Called.with("search", images(4, 2)).err())
        .contains("a data set wants enough pictures to learn from, to look at and to test, got 4");
  }
}
