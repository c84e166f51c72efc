package whyc.accelerator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class MultiPodTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static ObjectNode shipped(String name) {
    try (InputStream in = MultiPod.class.getResourceAsStream("/accelerator/" + name + ".json")) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static MultiPod read(JsonNode json) throws IOException {
    return Fields.read(
        "bad.json", new ByteArrayInputStream(json.toString().getBytes(UTF_8)), MultiPod::of);
  }

  private static List<String> names() {
    return MultiPod.builtIn();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNumberOfAShippedFileHasASourceOrIsFree(String name) {
    MultiPod machine = MultiPod.builtIn(name).orElseThrow();
    assertThat(machine.name()).isEqualTo(name);
    assertThat(machine.figures())
        .hasSizeGreaterThanOrEqualTo(15)
        .noneMatch(figure -> figure.origin() == Figure.Origin.UNSAID);
    assertThat(numbers(shipped(name))).isEqualTo(machine.figures().size());
  }

  private static long numbers(JsonNode node) {
    return node.isNumber() ? 1 : node.values().stream().mapToLong(MultiPodTest::numbers).sum();
  }

  /** 275 TFLOPS, a multiply-add being two: the figure that Google publishes for a chip. */
  @Test
  void thePeakOfATpuIsThePublishedOne() {
    MultiPod tpu = MultiPod.builtIn("tpu-v4").orElseThrow();
    assertThat(2e-12 * tpu.peakMultiplyAdds()).isCloseTo(275, within(0.5));
  }

  @Test
  void anUnknownNameIsNone() {
    assertThat(MultiPod.builtIn("tpu-v99")).isEmpty();
  }

  @Test
  void aFileOfTheUserIsReadAndMayHaveBareNumbers(@TempDir Path folder) throws IOException {
    ObjectNode json = shipped("xai-gen-8x256");
    json.put("pods", 4);
    Path file = folder.resolve("mine.json");
    Files.writeString(file, json.toString());
    MultiPod machine = MultiPod.read(file);
    assertThat(machine.pods()).isEqualTo(4);
    assertThat(machine.figures()).contains(new Figure("/pods", 4, Figure.Origin.UNSAID, ""));
    assertThat(machine.circuit("mul8s_1L2N")).map(Circuit::powerMilliwatts).hasValue(0.126);
  }

  /** A change to a file that must be refused, and the place that the message must name. */
  private record Wrong(String what, JsonNode json, String place) {
    @Override
    public String toString() {
      return what + " " + place;
    }
  }

  private static Stream<Wrong> wrong() {
    return names().stream()
        .flatMap(name -> {
          List<Wrong> all = new ArrayList<>();
          collect(name, "", shipped(name), all);
          return all.stream();
        });
  }

  private static void collect(String name, String path, JsonNode node, List<Wrong> all) {
    if (node instanceof ObjectNode object) {
      object.forEachEntry((key, value) -> wrongs(name, path, key, value, all));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        collect(name, path + "/" + i, list.get(i), all);
      }
    }
  }

  private static void wrongs(
      String name, String path, String key, JsonNode value, List<Wrong> all) {
    // Without its origin a number has neither a source nor a reason.
    String place = path + "/" + (key.equals("free") ? "source" : key);
    all.add(changed("without", name, path, place, o -> o.remove(key)));
    all.add(changed("renamed", name, path, place, o -> o.set(key + "_x", o.remove(key))));
    all.add(changed("null", name, path, path + "/" + key, o -> o.putNull(key)));
    all.add(
        changed(
            "of another type",
            name,
            path,
            path + "/" + key,
            o -> {
              if (value.isString()) {
                o.put(key, 7);
              } else {
                o.put(key, "seven");
              }
            }));
    all.add(changed("beside an unknown", name, path, path + "/else", o -> o.put("else", 1)));
    if (value.isNumber()) {
      all.add(changed("negative", name, path, place, o -> o.put(key, -1)));
      all.add(changed("too large", name, path, place, o -> o.put(key, 1e300)));
    }
    collect(name, path + "/" + key, value, all);
  }

  private static Wrong changed(
      String what,
      String name,
      String path,
      String place,
      java.util.function.Consumer<ObjectNode> change) {
    ObjectNode whole = shipped(name);
    change.accept((ObjectNode) whole.at(path));
    return new Wrong(name + " " + what, whole, place);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void everyWrongFieldIsNamedWithFileAndRule(Wrong wrong) {
    assertThatThrownBy(() -> read(wrong.json))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("bad.json: " + wrong.place + " wants ")
        .hasMessageContaining(", got ");
  }

  @Test
  void everyFieldOfBothFilesIsTried() {
    // 21 numbers or more in each, of three or four changes and more for what stands around them.
    assertThat(wrong()).hasSizeGreaterThan(400);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/clock_mhz|700|/exact/delay_ns wants at most a cycle, 1.429 ns at 700.0 MHz, got",
        "/approximate_share|0|/approximate wants to be absent",
        "/approximate_share|1.01|/approximate_share wants a number of 0 to 1, got 1.01",
        "/rows|2.5|/rows wants a whole number of 1 to 65536, got 2.5",
        "/rows|0|/rows wants a whole number of 1 to 65536, got 0",
        "/approximate/0/circuit|\"mul8s_1KV9\"|/approximate wants circuits of different names",
        "/kind|\"EPU\"|/kind wants one of multi-pod, got \"EPU\"",
      })
  void whatDoesNotGoTogetherIsNamed(String path, String value, String message) {
    ObjectNode json = shipped("xai-gen-8x256");
    int cut = path.lastIndexOf('/');
    ((ObjectNode) json.at(path.substring(0, cut)))
        .set(path.substring(cut + 1), JSON.readTree(value));
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("bad.json: " + message);
  }
}
