package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code whyc simulate}. */
final class SimulateCommandTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SALIENCY = "saliency of top";

  @TempDir private Path folder;
  private Path model;
  private Path images;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    images = Called.tensor(folder.resolve("noise.npy"), 3, 3, Networks.SIDE, Networks.SIDE);
  }

  private Called simulate(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("simulate", model, images));
    arguments.addAll(List.of(more));
    return Called.with(arguments.toArray());
  }

  private JsonNode figures(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    Called c = simulate(arguments.toArray());
    assertThat(c.status()).as(c.err()).isZero();
    return JSON.readTree(c.out());
  }

  @Test
  void figuresAreThoseOfTheImages() {
    JsonNode all = figures("-m", "saliency");
    assertThat(all.get("images").asInt()).isEqualTo(3);
    JsonNode both = all.get("prediction_and_explanation");
    JsonNode alone = all.get("prediction");
    assertThat(both.get("cycles").asLong()).isGreaterThan(alone.get("cycles").asLong());
    assertThat(both.get("dense_multiply_adds").asLong())
        .isGreaterThan(alone.get("dense_multiply_adds").asLong());
    assertThat(all.get("layers").size()).isGreaterThan(1);
    assertThat(all.get("rank_correlation").get(SALIENCY).size()).isEqualTo(3);
  }

  @Test
  void theSameCallGivesTheSameFigures() {
    assertThat(figures("-m", "saliency")).isEqualTo(figures("-m", "saliency"));
  }

  @Test
  void prunedGradientsHaveMoreZeros() {
    assertThat(zeros(figures("-m", "saliency", "--prune", "number", "--prune-threshold", "0.5")))
        .isGreaterThan(zeros(figures("-m", "saliency")));
  }

  private static double zeros(JsonNode figures) {
    double sum = 0;
    for (JsonNode layer : figures.get("layers")) {
      boolean explains = layer.get("phase").asString().equals("explanation");
      sum += explains ? layer.get("sparsity").asDouble() : 0;
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "epu-28nm",
        "epu-28nm-dense",
        "systolic-28nm",
        "tpu-v4",
        "xai-gen-8x16",
        "xai-gen-8x256"
      })
  void everyMachineThatComesWithWhycRuns(String name) throws IOException {
    Path page = folder.resolve(name + ".html");
    Called c = simulate("-m", "saliency", "-a", name, "-o", page);
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.out()).contains(name).contains("modelled");
    assertThat(Files.readString(page)).contains("<html").contains(name).doesNotContain("NaN");
  }

  /** Eight bits flip gates on the way of this saliency map; sixteen do not. */
  @Test
  void aMapThatTheNumbersSpoilIsWarnedOf() throws IOException {
    Path demo = Path.of("src/main/resources/whyc/demo").toAbsolutePath();
    model = demo.resolve("model.onnx");
    images = demo.resolve("ship.jpg");
    Path page = folder.resolve("eight.html");
    Called eight = simulate("-m", "saliency", "-o", page);
    JsonNode correlations = figures("-m", "saliency").get("rank_correlation").get(SALIENCY);
    assertThat(correlations).allMatch(r -> r.asDouble() < 0.9);
    assertThat(eight.err())
        .contains("saliency of top: in int8 the map says something else", "--number-format int16");
    assertThat(Files.readString(page))
        .contains("<p class=\"warning\">saliency of top", "<code>--number-format int16</code>");
    Called sixteen = simulate("-m", "saliency", "--number-format", "int16");
    assertThat(sixteen.out()).contains(", int16, ");
    assertThat(sixteen.err()).contains("counted alike in int16").doesNotContain("something else");
  }

  @Test
  void aMachineWithoutZeroFreeCoresSaysThatItsNumbersStay() {
    assertThat(simulate("-m", "saliency", "-a", "tpu-v4", "--number-format", "int16").err())
        .contains("--number-format has no effect");
  }

  /** Zeros cost the dense twin as much as anything else. */
  @Test
  void theDenseTwinGainsNothingFromZeros() {
    for (JsonNode layer : figures("-m", "saliency", "-a", "epu-28nm-dense").get("layers")) {
      assertThat(layer.get("speedup").asDouble()).isEqualTo(1.0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-a nowhere.json              | 1 | nowhere.json: there is no such file",
        "-m integratedgradients       | 1 | methods of one pass",
        "--number-format int4         | 2 | --number-format wants to be one of int8, int16, bf16",
        "--prune both                 | 2 | --prune wants",
        "--prune point --prune-threshold 2 | 2 | --prune-threshold wants 0 to 1",
      })
  void whatCannotBeIsRefusedInOneSentence(String options, int status, String sentence) {
    Called c = simulate((Object[]) options.split(" "));
    assertThat(c.status()).isEqualTo(status);
    assertThat(c.err()).contains(sentence);
    assertThat(c.out()).isEmpty();
  }

  @Test
  void aFileOfTheUserIsAMachineAndItsErrorsAreNamed() throws IOException {
    String shipped;
    try (var in = getClass().getResourceAsStream("/accelerator/epu-28nm.json")) {
      shipped = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path mine = folder.resolve("mine.json");
    Files.writeString(mine, shipped.replace("\"name\": \"epu-28nm\"", "\"name\": \"mine\""));
    assertThat(simulate("-m", "saliency", "-a", mine).out()).contains("on mine");
    Files.writeString(mine, shipped.replace("clock_mhz", "clock_ghz"));
    Called c = simulate("-m", "saliency", "-a", mine);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("mine.json: /clock_mhz wants").contains("clock_ghz");
  }
}
