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
