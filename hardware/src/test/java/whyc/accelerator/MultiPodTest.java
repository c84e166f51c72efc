package whyc.accelerator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class MultiPodTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static Accelerator read(JsonNode json) throws IOException {
    return Fields.read(
        "bad.json", new ByteArrayInputStream(json.toString().getBytes(UTF_8)), Accelerator::read);
  }

  /** 275 TFLOPS, a multiply-add being two: the figure that Google publishes for a chip. */
  @Test
  void thePeakOfATpuIsThePublishedOne() {
    MultiPod tpu = (MultiPod) Accelerator.of("tpu-v4");
    assertThat(2e-12 * tpu.peakMultiplyAdds()).isCloseTo(275, within(0.5));
  }

  @Test
  void anUnknownNameIsNone() {
    assertThatThrownBy(() -> Accelerator.of("tpu-v99")).hasMessageContaining("tpu-v4");
  }

  @Test
  void aFileOfTheUserIsReadAndMayHaveBareNumbers(@TempDir Path folder) throws IOException {
    ObjectNode json = ShippedFilesTest.shipped("xai-gen-8x256");
    json.put("pods", 4);
    Path file = folder.resolve("mine.json");
    Files.writeString(file, json.toString());
    MultiPod machine = ((MultiPod) Accelerator.of(file.toString()));
    assertThat(machine.pods()).isEqualTo(4);
    assertThat(machine.figures()).contains(new Figure("/pods", 4, Figure.Origin.UNSAID, ""));
    assertThat(machine.circuit("mul8s_1L2N")).map(MultiplierUnit::powerMilliwatts).hasValue(0.126);
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
        "/kind|\"EPU\"|/kind wants one of many-core, multi-pod, systolic, got \"EPU\"",
      })
  void whatDoesNotGoTogetherIsNamed(String path, String value, String message) {
    ObjectNode json = ShippedFilesTest.shipped("xai-gen-8x256");
    int cut = path.lastIndexOf('/');
    ((ObjectNode) json.at(path.substring(0, cut)))
        .set(path.substring(cut + 1), JSON.readTree(value));
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("bad.json: " + message);
  }
}
