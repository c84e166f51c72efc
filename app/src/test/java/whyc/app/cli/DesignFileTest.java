package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import whyc.multiplier.Design;
import whyc.rtl.Verilator;

/**
 * From {@code approximate} to hardware: the circuits, and the very numbers they were measured with.
 */
final class DesignFileTest {
  private static final int RECORD = 1 + 3 * 32 * 32;

  @TempDir private Path folder;

  /** A CIFAR-10 batch of noise whose labels are classes of the small networks. */
  private Path batch(int images) throws IOException {
    byte[] all = new byte[images * RECORD];
    new Random(5).nextBytes(all);
    for (int i = 0; i < images; i++) {
      all[i * RECORD] = (byte) (i % Networks.CLASSES);
    }
    return Files.write(folder.resolve("batch.bin"), all);
  }

  private Path design(Path model, Path data, Object... more) {
    Path out = folder.resolve("design");
    List<Object> words =
        new ArrayList<>(List.of("approximate", model, data, "--loss", "100", "--threads", "1"));
    words.addAll(List.of("--fidelity", "0", "--strategy", "uniform", "--evaluations", "2"));
    words.addAll(List.of("-o", out));
    words.addAll(Arrays.asList(more));
    assertThat(Called.with(words.toArray()).err()).doesNotContain("internal");
    return out.resolve("design.json");
  }

  private Path smallDesign(Path model) throws IOException {
    return design(model, batch(40), "--input", "unit", "--multipliers", "mul8s_1L2J");
  }

  private Called compile(Path model, String target, Path design, Object... more)
      throws IOException {
    List<Object> words =
        new ArrayList<>(List.of("compile", model, "--target", target, "--quantize", "int8"));
    words.addAll(List.of("--calibrate", Called.picture(folder.resolve("noise.png"), 20, 16)));
    words.addAll(List.of("--design", design, "-o", folder.resolve("out")));
    words.addAll(Arrays.asList(more));
    return Called.with(words.toArray());
  }

  @Test
  void theCircuitOfADesignIsTheArrays() throws IOException {
    Path model = Networks.plain(folder);
    Called c =
        compile(
            model, "rtl", smallDesign(model), "-m", "gradcam,saliency", "--lanes", "2", "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.json().get("multiplier").asString()).isEqualTo("cut8s-a1-b1");
    assertThat(c.json().get("methods")).hasSize(3);
  }

  @Test
  void aProgramInCHasTheCircuitsOfADesign() throws IOException {
    Path model = Networks.plain(folder);
    Called c = compile(model, "c", smallDesign(model), "-m", "gradcam");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**.c");
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    Path design = smallDesign(Networks.plain(folder));
    Called c = compile(Networks.deep(folder), "rtl", design);
    assertThat(c.err()).contains("the model wants to be the one that it was made for, of SHA-256");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** One correction more: the sums would be others than those that were measured. */
  @Test
  void otherNumbersThanThoseThatWereMeasuredAreRefused() throws IOException {
    Path model = Networks.plain(folder);
    Path design = smallDesign(model);
    String text = Files.readString(design);
    JsonNode correction = Called.json(design).at("/layers/0/correction");
    String begin = "\"correction\" : [";
    assertThat(text).contains(begin);
    int at = text.indexOf(begin) + begin.length();
    int end = text.indexOf(",", at);
    Files.writeString(
        design, text.substring(0, at) + (correction.get(0).asLong() + 1) + text.substring(end));
    assertThat(compile(model, "rtl", design).err())
        .contains("prediction in bytes is not the one that the circuits were chosen for");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** Of the last layer another circuit: identity and name, as the search might have chosen it. */
  @Test
  void twoCircuitsAreRefusedByNameForOneArrayButNotInC() throws IOException {
    Path model = Networks.plain(folder);
    Path design = smallDesign(model);
    JsonNode layers = Called.json(design).get("layers");
    JsonNode last = layers.get(layers.size() - 1);
    String text = Files.readString(design);
    int at = text.lastIndexOf("\"mul8s_1L2J\"");
    String other = Design.parse("cut8s-a2-b2").multiplier().identity();
    Files.writeString(
        design,
        text.substring(0, at)
            + text.substring(at)
                .replace("mul8s_1L2J", "mul8s_1L2L")
                .replace(last.get("identity").asString(), other));
    assertThat(Called.json(design).at("/layers/" + (layers.size() - 1) + "/identity").asString())
        .isEqualTo(other);
    Called c = compile(model, "rtl", design);
    assertThat(c.err())
        .contains(
            "an array multiplies by one circuit, beside exact products, and layer %s has mul8s_1L2L where %s has mul8s_1L2J"
                .formatted(last.get("layer").asString(), layers.at("/0/layer").asString()));
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(compile(model, "c", design).status()).isZero();
  }

  @Test
  void whatGoesWithoutADesignIsSaid() throws IOException {
    Path model = Networks.plain(folder);
    Path design = smallDesign(model);
    assertThat(compile(model, "onnx", design).err()).contains("--design wants --target rtl or c");
    assertThat(compile(model, "rtl", design, "--multiplier", "drum8s-4").err())
        .contains("goes without --multiplier");
    assertThat(compile(model, "rtl", design, "--calibration", "minmax").err())
        .contains("goes without --calibration");
    Path none = Files.writeString(folder.resolve("none.json"), "{\"schema\": 1}");
    assertThat(compile(model, "rtl", none).err()).contains("a design wants \"model_sha256\"");
    Path text = Files.writeString(folder.resolve("text.json"), "none");
    assertThat(compile(model, "rtl", text).err()).contains("a design wants to be JSON");
  }

  /** A trained network, all the way to what Verilator computes. */
  @Test
  void aTrainedNetworkRunsWithTheCircuitOfItsDesign() throws IOException {
    assumeTrue(Verilator.find().isPresent(), "verilator is not installed");
    Path model = Called.data("models/mlperf_tiny/ic_resnet8.onnx");
    Path images = Called.data("images/cifar10/test_0000_1999.bin");
    Path design =
        design(model, images, "--input", "raw", "--multipliers", "mul8s_1L2J", "--images", "60");
    Called c =
        compile(
            model,
            "rtl",
            design,
            "--input",
            "raw",
            "-m",
            "gradcam",
            "--vectors",
            "1",
            "--simulate");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.out())
        .contains("products: cut8s-a1-b1")
        .contains("simulated: 2 runs, every code, class and cycle as predicted");
  }
}
