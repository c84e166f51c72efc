package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;

/** The command on a small network of random weights and images of noise. */
class ApproximateCommandTest {
  private static final int RECORD = 1 + 3 * 32 * 32;

  @TempDir private Path folder;

  /** A CIFAR-10 batch whose labels are classes of the small networks. */
  private Path batch(int images) throws IOException {
    byte[] all = new byte[images * RECORD];
    new Random(5).nextBytes(all);
    for (int i = 0; i < images; i++) {
      all[i * RECORD] = (byte) (i % Networks.CLASSES);
    }
    return Files.write(folder.resolve("batch.bin"), all);
  }

  @Test
  void aDesignHasItsModelItsFiguresAndItsPage() throws IOException {
    Path out = folder.resolve("out");
    Called c =
        Called.with(
            "approximate",
            Networks.plain(folder),
            batch(60),
            "--input",
            "unit",
            "--loss",
            "50",
            "--fidelity",
            "0.2",
            "--evaluations",
            "8",
            "--threads",
            "1",
            "--multipliers",
            "mul8s_1L2J,mul8s_1L2L",
            "-o",
            out);
    assertThat(c.status()).as(c.err()).isZero();
    JsonNode design = Called.json(out.resolve("design.json"));
    assertThat(design.at("/budgets_kept").booleanValue()).isTrue();
    assertThat(design.at("/design/energy_by_exact").doubleValue()).isBetween(0.4, 0.999);
    assertThat(design.at("/images_selection").intValue()).isEqualTo(24);
    assertThat(design.at("/images_held_out").intValue()).isEqualTo(24);
    assertThat(design.at("/design/images").intValue()).isEqualTo(24);
    assertThat(c.out())
        .contains("24 images held out from the choice", "24 held out tell the loss to");
    assertThat(design.at("/layers")).isNotEmpty();
    assertThat(design.at("/layers/0/multiplier").stringValue()).startsWith("mul8s_");
    assertThat(Files.readString(out.resolve("index.html")))
        .contains("Energy and heat maps", "<svg");
    Model m = Model.read(OnnxModel.read(out.resolve("model.onnx")), Optional.empty());
    assertThat(m.graph().outputs()).hasSize(1);
    assertThat(c.out()).contains("exact int8", "ours");
  }

  @Test
  void theExplanationMayRunOnTheMultipliersOfItsLayers() throws IOException {
    Path out = folder.resolve("out");
    Called c =
        Called.with(
            "approximate",
            Networks.plain(folder),
            batch(40),
            "--input",
            "unit",
            "--loss",
            "50",
            "--fidelity",
            "0.1",
            "-m",
            "saliency",
            "--explanation",
            "approximate",
            "--evaluations",
            "6",
            "--threads",
            "1",
            "-o",
            out);
    assertThat(c.err()).doesNotContain("internal");
    JsonNode design = Called.json(out.resolve("design.json"));
    assertThat(design.at("/energy_of").stringValue()).isEqualTo("a prediction and its explanation");
    assertThat(design.at("/design/fidelity").doubleValue()).isLessThan(1);
    assertThat(c.out()).contains("a prediction and its explanation");
  }

  @Test
  void operatorsWithoutAnIntegerFormStayRealAndAreNamed() throws IOException {
    Called c =
        Called.with(
            "approximate",
            Networks.deep(folder),
            batch(20),
            "--input",
            "unit",
            "--fidelity",
            "0",
            "--strategy",
            "uniform",
            "--evaluations",
            "3",
            "--threads",
            "1",
            "--loss",
            "90",
            "-o",
            folder.resolve("out"));
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.err()).contains("stays real: Tanh", "has no form in integers here");
  }

  /** Four networks, and on the images held out the exact one and the best. */
  @Test
  void aSecondRunGoesOnWithTheMeasurementsOfTheFirst() throws IOException {
    Path out = folder.resolve("out");
    Path model = Networks.plain(folder);
    Path data = batch(40);
    Object[] call = {
      "approximate",
      model,
      data,
      "--input",
      "unit",
      "--fidelity",
      "0",
      "--strategy",
      "random",
      "--evaluations",
      "4",
      "--threads",
      "1",
      "--loss",
      "60",
      "-o",
      out
    };
    Called.with(call);
    String before = Files.readString(out.resolve("evaluations.jsonl"));
    Called again = Called.with(call);
    assertThat(again.err()).contains("goes on with 6 measurements");
    assertThat(Files.readString(out.resolve("evaluations.jsonl"))).isEqualTo(before);
  }

  @Test
  void budgetsThatNothingKeepsEndInStatusOneAndSayByHowMuch() throws IOException {
    Called c =
        Called.with(
            "approximate",
            Networks.plain(folder),
            batch(60),
            "--input",
            "unit",
            "--loss",
            "0",
            "--fidelity",
            "1",
            "--evaluations",
            "6",
            "--threads",
            "1",
            "--multipliers",
            "mul8s_1L12",
            "--strategy",
            "uniform",
            "-o",
            folder.resolve("out"));
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.out()).contains("no approximate network that was tried keeps the budgets");
    assertThat(c.err())
        .contains("24 images held out tell a loss to +-", "cannot be told from none");
    assertThat(folder.resolve("out/design.json")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--strategy; best; --strategy wants one of ours, algorithm1",
        "--budget; soon; --budget wants a time such as 90s, 10m or 2h, got soon",
        "--explanation; rough; --explanation wants exact or approximate, got rough",
        "--held-out; 1; --held-out wants a share between 0 and 1, got 1.0",
        "--loss; -1; --loss wants 0 to 100 points, got -1.0",
        "--multipliers; mul8s_9999; has no such circuit here",
        "--accelerator; epu-28nm; approximate wants pods whose elements may be approximate"
      })
  void whatCannotBeMeantIsRefused(String option, String value, String message) throws IOException {
    Called c = Called.with("approximate", Networks.plain(folder), batch(10), option, value);
    assertThat(c.status()).isNotZero();
    assertThat(c.err()).contains(message);
  }

  @Test
  void dataSetsThatAreNoneAreRefused() throws IOException {
    Path model = Networks.plain(folder);
    Path cut = Files.write(folder.resolve("cut.bin"), new byte[RECORD + 1]);
    assertThat(Called.with("approximate", model, cut, "--input", "unit").err())
        .contains("cut.bin: a CIFAR-10 batch wants records of 3073 bytes, got 3074 bytes");
    byte[] beyond = new byte[2 * RECORD];
    beyond[RECORD] = 9;
    Path wrong = Files.write(folder.resolve("wrong.bin"), beyond);
    assertThat(Called.with("approximate", model, wrong, "--input", "unit").err())
        .contains("one of the model's 4 classes, from 0 on, got 9 (image 1)");
    Path idx = folder.resolve("images.idx3");
    Files.write(idx, ByteBuffer.allocate(16).putInt(0x801).array());
    assertThat(Called.with("approximate", model, idx, "--input", "unit").err())
        .contains("there is no labels.idx1");
    Files.write(folder.resolve("labels.idx1"), ByteBuffer.allocate(8).putInt(0x801).array());
    assertThat(Called.with("approximate", model, idx, "--input", "unit").err())
        .contains("idx wants the magic number 0x803 first, got 0x801");
    assertThat(Called.with("approximate", model, folder, "--input", "unit").err())
        .contains("a folder of images wants labels.tsv");
  }
}
