package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import whyc.onnx.OnnxModel;

final class OtherCommandsTest {
  @TempDir private Path folder;

  @Test
  void helpListsTheCommands() {
    Called c = Called.with("--help");
    assertThat(c.status()).isZero();
    assertThat(c.out()).contains("explain", "compile", "inspect", "verify", "demo");
    assertThat(c.out()).doesNotContain("rehearse");
    for (String command :
        List.of("explain", "compile", "inspect", "verify", "pack", "unpack", "demo")) {
      assertThat(Called.with(command, "--help").status()).isZero();
    }
    assertThat(Called.with("--version").out()).startsWith("whyc ");
  }

  @Test
  void anExplainedFileHasFurtherOutputs() throws IOException {
    Path file = folder.resolve("explained.onnx");
    Called c =
        Called.with(
            "compile",
            Networks.plain(folder),
            "-o",
            file,
            "-m",
            "gradcam",
            "--class",
            "input",
            "--heatmap",
            "--json");
    assertThat(c.status()).as(c.err()).isZero();
    OnnxModel written = OnnxModel.read(file);
    List<String> outputs = new ArrayList<>();
    written.proto().getGraph().getOutputList().forEach(o -> outputs.add(o.getName()));
    assertThat(outputs)
        .containsExactly(
            "scores", "whyc_class", "whyc_score", "whyc_gradcam", "whyc_gradcam_heatmap");
    assertThat(written.metadata()).containsKeys("whyc.version", "whyc.source.sha256");
    assertThat(c.json().get("outputs")).hasSize(4);
    assertThat(c.json().get("methods").get(0).get("parameters").get("score").asString())
        .isEqualTo("logit");
    Called again = Called.with("compile", Networks.plain(folder), "-o", file);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("--overwrite");
  }

  @Test
  void aNetworkInIntegersIsAModelOfItsOwn() throws IOException {
    Path model = Networks.plain(folder);
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int i = 0; i < 4; i++) {
      Called.picture(pictures.resolve("noise" + i + ".png"), 20 + i, 16);
    }
    Files.writeString(pictures.resolve("notes.txt"), "no picture");
    Path file = folder.resolve("int8.onnx");
    Called c =
        Called.with(
            "compile", model, "--quantize", "int8", "--calibrate", pictures, "-o", file, "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.json().get("calibration_images").asInt()).isEqualTo(4);
    assertThat(c.json().get("same_top_class").asInt()).isBetween(3, 4);
    assertThat(c.json().get("integer_products").asInt()).isEqualTo(2);
    assertThat(c.json().get("integer_operators").asBoolean()).isTrue();
    assertThat(c.json().get("real")).isEmpty();
    OnnxModel written = OnnxModel.read(file);
    assertThat(written.proto().getGraph().getNodeList().stream().map(n -> n.getOpType()))
        .contains("QLinearConv", "MatMulInteger")
        .doesNotContain("Conv", "MatMul");
    assertThat(written.metadata())
        .containsEntry("whyc.quantized", "int8")
        .containsEntry("whyc.calibration", "squares");
  }

  @Test
  void anExplanationInIntegersIsAsked() throws IOException {
    Path model = Networks.plain(folder);
    Path picture = Called.picture(folder.resolve("noise.png"), 20, 16);
    Path file = folder.resolve("int16.onnx");
    Called c =
        Called.with(
            "compile",
            model,
            "--quantize",
            "int16",
            "--calibrate",
            picture,
            "-o",
            file,
            "-m",
            "gradcam,saliency");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.out()).contains("products in integers", "1 of the 1 images");
    List<String> outputs = new ArrayList<>();
    OnnxModel.read(file).proto().getGraph().getOutputList().forEach(o -> outputs.add(o.getName()));
    assertThat(outputs).contains("scores", "whyc_gradcam", "whyc_saliency", "whyc_saliency_class");
  }

  @Test
  void preprocessingMovesIntoTheFile() throws IOException {
    Path file = folder.resolve("explained.onnx");
    Called c =
        Called.with(
            "compile", Networks.plain(folder), "-o", file, "--preprocess", "--input", "unit");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(OnnxModel.read(file).metadata()).containsEntry("whyc.channels", "rgb");
  }

  @Test
  void inspectionTellsLayersMethodsAndPrices() throws IOException {
    Path model = Networks.plain(folder);
    JsonNode t = Called.with("inspect", model, "--json").json();
    assertThat(t.get("classes").asInt()).isEqualTo(4);
    assertThat(t.get("input").get("dynamic_batch").asBoolean()).isTrue();
    int defaults = 0;
    for (JsonNode l : t.get("layers")) {
      defaults += l.get("default").asBoolean() ? 1 : 0;
    }
    assertThat(defaults).isEqualTo(1);
    JsonNode gradcam = t.get("methods").get(0);
    assertThat(gradcam.get("name").asString()).isEqualTo("gradcam");
    assertThat(gradcam.get("closed_form").asString()).contains("class");
    assertThat(gradcam.get("same_as").get(0).asString()).isEqualTo("hirescam");
    assertThat(gradcam.get("extra_multiply_adds").asLong()).isZero();
    assertThat(gradcam.get("peak_memory_bytes").asLong()).isPositive();
    Called text = Called.with("inspect", model);
    assertThat(text.out()).contains("gradcam", "closed form", "(default)", "guess (imagenet)");
  }

  @Test
  void verificationPassesOnASoundModel() throws IOException {
    Path model = Networks.softmax(folder);
    Path picture = Called.picture(folder.resolve("noise.png"), 20, 16);
    JsonNode t = Called.with("verify", model, picture, "--json", "--steps", "200").json();
    assertThat(t.get("passed").asBoolean()).isTrue();
    assertThat(t.get("checks").size()).isGreaterThanOrEqualTo(6);
    Called noise = Called.with("verify", model);
    assertThat(noise.status()).as(noise.out() + noise.err()).isZero();
    assertThat(noise.out()).contains("derivative against finite differences");
    assertThat(noise.out())
        .contains("-     not checked: integratedgradients of the engine against the interpreter:");
    Called output = Called.with("verify", model, "-m", "ig", "--profile", "captum");
    assertThat(output.status()).as(output.out() + output.err()).isZero();
    Called without = Called.with("verify", model, "-m", "ig,vargrad", "--profile", "tf-explain");
    assertThat(without.status()).as(without.out() + without.err()).isZero();
    assertThat(without.out()).contains("leaves out the factor (x - b)", "not checked: vargrad");
  }

  @Test
  void aFailedCheckIsAStatusOfOne() throws IOException {
    Called c =
        Called.with("verify", Networks.plain(folder), "-m", "ig", "--steps", "1", "--rule", "left");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.out()).contains("FAIL");
    assertThat(c.err()).contains("checks failed");
  }

  @Test
  void theRehearsalOfAStartWorks() throws IOException {
    Path stage = Files.createDirectory(folder.resolve("stage"));
    assertThat(Called.with("rehearse", "-o", stage).status()).isZero();
    assertThat(stage.resolve("out/index.html")).exists();
  }
}
