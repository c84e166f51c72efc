package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.heatmap.Pruning;
import whyc.heatmap.Pruning.Score;
import whyc.measure.Fidelity;
import whyc.onnx.OnnxModel;
import whyc.tensor.Npy;
import whyc.tensor.Tensor;

/** {@code --prune}: what it drops, and what the manifest says of it. */
final class PruneTest {
  @TempDir private Path folder;
  private Path model;
  private Path images;
  private int calls;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    images = Called.tensor(folder.resolve("noise.npy"), 3, 3, Networks.SIDE, Networks.SIDE);
  }

  /** A folder of results. */
  private record Results(Called call, Path folder) {
    JsonNode manifest(int image) throws IOException {
      return Called.json(folder.resolve("noise_" + image).resolve("manifest.json"));
    }

    JsonNode pruning(int image, int method) throws IOException {
      return manifest(image).get("methods").get(method).get("pruning");
    }

    Tensor map(int image, String method) throws IOException {
      return Npy.read(folder.resolve("noise_" + image).resolve(method).resolve("attribution.npy"));
    }
  }

  private Results explain(String methods, String... more) {
    Path out = folder.resolve("out" + calls++);
    List<Object> arguments =
        new ArrayList<>(List.of("explain", model, images, "-o", out, "-m", methods));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--engine")) {
      arguments.addAll(List.of("--engine", "ort"));
    }
    Called c = Called.with(arguments.toArray());
    assertThat(c.status()).as(c.err()).isZero();
    return new Results(c, out);
  }

  private static void saysItsFidelity(JsonNode pruning, Tensor exact, Tensor pruned) {
    Fidelity.ofMaps()
        .forEach((name, f) ->
            assertThat(pruning.get("fidelity").get(name).asDouble())
                .as(name)
                .isCloseTo(f.of(exact, pruned), within(1e-9)));
    assertThat(pruning.get("zeros_before").asDouble()).isEqualTo(Pruning.zeros(exact));
    assertThat(pruning.get("zeros").asDouble()).isEqualTo(Pruning.zeros(pruned));
  }

  @ParameterizedTest
  @CsvSource({"point,POINT", "Number,NUMBER"})
  void aFinishedMapLosesWhatIsBelowTheThreshold(String option, Score score) throws IOException {
    Results exact = explain("saliency,gradcam");
    Results pruned = explain("saliency,gradcam", "--prune", option, "--prune-threshold", "0.4");
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 2; k++) {
        String method = List.of("saliency", "gradcam").get(k);
        Tensor expected = new Pruning(score, 0.4).apply(exact.map(i, method));
        assertThat(pruned.map(i, method)).isEqualTo(expected);
        JsonNode p = pruned.pruning(i, k);
        saysItsFidelity(p, exact.map(i, method), expected);
        assertThat(p.get("map_threshold").asDouble()).isEqualTo(0.4);
        assertThat(p.get("score").asString()).isEqualTo(option.toLowerCase(Locale.ROOT));
        assertThat(p.has("bound")).isFalse();
      }
    }
    assertThat(pruned.call.out()).contains("% zeros, rank 0.");
    assertThat(Files.readString(pruned.folder.resolve("index.html"))).contains("<dt>Pruned</dt>");
    assertThat(exact.manifest(0).get("methods").get(0).has("pruning")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rank:0.95", "iou:0.7", "ssim:0.9", "deletion:0.99", "insertion:0.99"})
  void aThresholdThatIsFoundKeepsTheBoundAndCanBeTyped(String bound) throws IOException {
    Results found = explain("saliency", "--prune", "point", "--prune-bound", bound);
    double least = Double.parseDouble(bound.substring(bound.indexOf(':') + 1));
    String measure = bound.substring(0, bound.indexOf(':'));
    for (int i = 0; i < 3; i++) {
      JsonNode p = found.pruning(i, 0);
      assertThat(p.get("map_threshold").asDouble()).isPositive();
      assertThat(p.get("fidelity").get(measure).asDouble()).isGreaterThanOrEqualTo(least);
      assertThat(p.get("bound").get("kept").asBoolean()).isTrue();
      Results typed =
          explain(
              "saliency",
              "--prune",
              "point",
              "--prune-threshold",
              p.get("map_threshold").asString());
      assertThat(typed.map(i, "saliency")).isEqualTo(found.map(i, "saliency"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ort", "jvm"})
  void gradientsLoseWhatIsBelowTheThresholdOnTheirWay(String engine) throws IOException {
    Results exact = explain("saliency", "--engine", engine);
    Results pruned =
        explain(
            "saliency",
            "--engine",
            engine,
            "--prune",
            "number",
            "--prune-at",
            "backward",
            "--prune-threshold",
            "0.9");
    for (int i = 0; i < 3; i++) {
      JsonNode p = pruned.pruning(i, 0);
      assertThat(pruned.map(i, "saliency")).isNotEqualTo(exact.map(i, "saliency"));
      saysItsFidelity(p, exact.map(i, "saliency"), pruned.map(i, "saliency"));
      assertThat(p.get("backward_threshold").asDouble()).isEqualTo(0.9);
      assertThat(p.has("map_threshold")).isFalse();
      JsonNode gradients = p.get("gradients");
      assertThat(gradients).hasSize(1);
      assertThat(gradients.get(0).get("shape").toString()).isEqualTo("[6,6,6]");
      assertThat(gradients.get(0).get("zeros").asDouble())
          .isGreaterThan(gradients.get(0).get("zeros_before").asDouble())
          .isLessThan(1);
    }
    assertThat(pruned.manifest(0).get("checks").get("model_outputs_unchanged").asBoolean())
        .isTrue();
  }

  @Test
  void theThresholdOfTheBackwardPassIsChosenOnImagesAndChecked() throws IOException {
    Results found =
        explain(
            "saliency", "--prune", "number", "--prune-at", "both", "--prune-bound", "cosine:0.9");
    assertThat(found.call.err()).contains("in the backward pass, chosen on 3 images: cosine at");
    Results exact = explain("saliency");
    double first = found.pruning(0, 0).get("backward_threshold").asDouble();
    assertThat(first).isPositive();
    for (int i = 0; i < 3; i++) {
      JsonNode p = found.pruning(i, 0);
      assertThat(p.get("backward_threshold").asDouble()).isEqualTo(first);
      saysItsFidelity(p, exact.map(i, "saliency"), found.map(i, "saliency"));
      assertThat(p.get("fidelity").get("cosine").asDouble()).isGreaterThanOrEqualTo(0.9);
    }
  }

  @Test
  void aGivenThresholdThatBreaksTheBoundIsWarnedOf() throws IOException {
    Results r =
        explain(
            "saliency", "--prune", "point", "--prune-threshold", "1", "--prune-bound", "rank:0.99");
    assertThat(r.call.err()).contains("noise_0, saliency: pruning: rank is 0.", "bound of 0.99");
    assertThat(r.pruning(0, 0).get("bound").get("kept").asBoolean()).isFalse();
  }

  /** Some numbers are smaller than any threshold that is tried: in one row they become equal. */
  @Test
  void whereNoThresholdKeepsTheBoundZeroIsUsedAndSaid() throws IOException {
    float[] values = Npy.read(images).floats().clone();
    for (int i = 0; i < values.length; i += 3) {
      values[i] *= 1e-7f;
    }
    Files.write(images, Npy.write(Tensor.of(Npy.read(images).shape(), values)));
    Results exact = explain("inputxgradient");
    Results r = explain("inputxgradient", "--prune", "number", "--prune-bound", "rank:1");
    assertThat(r.call.err())
        .contains("no threshold above 0 keeps rank:1.0")
        .doesNotContain("below");
    assertThat(r.pruning(0, 0).get("map_threshold").asDouble()).isZero();
    assertThat(r.pruning(0, 0).get("bound").get("kept").asBoolean()).isTrue();
    assertThat(r.map(0, "inputxgradient")).isEqualTo(exact.map(0, "inputxgradient"));
  }

  @Test
  void methodsWithoutSuchAGradientAreNamed() throws IOException {
    Results r =
        explain(
            "saliency,eigencam,ig",
            "--steps",
            "3",
            "--prune",
            "point",
            "--prune-at",
            "backward",
            "--prune-threshold",
            "0.5");
    assertThat(r.call.err()).contains("drops no gradient of eigencam, integratedgradients");
    assertThat(r.pruning(0, 1).get("gradients")).isEmpty();
    assertThat(r.pruning(0, 1).get("fidelity").get("rank").asDouble()).isEqualTo(1);
  }

  /** What the file says by itself is what explain says. */
  @ParameterizedTest
  @ValueSource(strings = {"map", "backward", "both"})
  void aCompiledFilePrunesByItself(String at) throws IOException {
    String[] pruning = {"--prune", "point", "--prune-threshold", "0.3", "--prune-at", at};
    Results explained = explain("saliency", pruning);
    Path file = folder.resolve("pruned.onnx");
    List<Object> arguments =
        new ArrayList<>(List.of("compile", model, "-o", file, "-m", "saliency"));
    arguments.addAll(List.of(pruning));
    Called c = Called.with(arguments.toArray());
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(OnnxModel.read(file).metadata())
        .containsEntry("whyc.prune.score", "point")
        .containsEntry("whyc.prune.threshold", "0.3")
        .containsEntry("whyc.prune.at", at.equals("both") ? "backward,map" : at);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    try (OrtEngine engine = OrtEngine.create(new OrtEngine.Options(1, false));
        Program program = engine.program(direct)) {
      Tensor maps =
          program
              .run(Map.of("image", Npy.read(images)), Set.of("whyc_saliency"))
              .firstEntry()
              .getValue();
      int size = 3 * Networks.SIDE * Networks.SIDE;
      for (int i = 0; i < 3; i++) {
        Tensor expected = explained.map(i, "saliency");
        for (int k = 0; k < size; k++) {
          assertThat(maps.at(i * size + k)).isCloseTo(expected.at(k), within(1e-6));
        }
        assertThat(Pruning.zeros(expected)).isLessThan(1);
      }
    }
  }

  private static void refused(int status, String sentence, Object... arguments) {
    Called c = Called.with(arguments);
    assertThat(c.status()).as(c.err()).isEqualTo(status);
    assertThat(c.err()).contains(sentence);
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    Object[][] wrong = {
      {"--prune", "dot", "--prune wants to be one of number, point, got dot"},
      {"--prune-threshold", "1.01", "--prune-threshold wants 0 to 1, or auto, got 1.01"},
      {"--prune-threshold", "-1", "--prune-threshold wants 0 to 1, or auto, got -1"},
      {"--prune-threshold", "NaN", "--prune-threshold wants 0 to 1, or auto, got NaN"},
      {"--prune-threshold", "few", "--prune-threshold wants 0 to 1, or auto, got few"},
      {"--prune-bound", "rank", "a colon, and a number above 0, at most 1, got rank"},
      {"--prune-bound", "rank:1.5", "got rank:1.5"},
      {"--prune-bound", "looks:0.5", "wants one of rank, pearson, cosine, iou, ssim, deletion"},
      {"--prune-at", "once", "--prune-at wants to be one of map, backward, both, got once"}
    };
    for (Object[] w : wrong) {
      refused(
          2,
          (String) w[2],
          "explain",
          model,
          images,
          "-o",
          folder.resolve("no"),
          w[0] + "=" + w[1]);
    }
    refused(
        1,
        "no gradient that could be pruned lies on the way",
        "explain",
        model,
        images,
        "-o",
        folder.resolve("no"),
        "--prune",
        "point",
        "--prune-at",
        "backward");
    refused(
        2,
        "--prune wants a number as --prune-threshold",
        "compile",
        model,
        "-o",
        folder.resolve("no.onnx"),
        "--prune",
        "point");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void optionsWithoutPruneAreWarnedOf() {
    Results r = explain("gradcam", "--prune-threshold", "0.5", "--prune-at", "map");
    assertThat(r.call.err())
        .contains("--prune-threshold has no effect", "--prune-at has no effect");
  }
}
