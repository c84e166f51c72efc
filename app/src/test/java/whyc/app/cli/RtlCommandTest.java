package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import whyc.rtl.Icepack;
import whyc.rtl.NextpnrIce40;
import whyc.rtl.Tool;
import whyc.rtl.Verilator;
import whyc.rtl.Yosys;

/** {@code compile --target rtl}: a folder, whole or not at all. */
final class RtlCommandTest {
  @TempDir private Path folder;
  private Path model;
  private Path out;
  private Path picture;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    out = folder.resolve("hardware");
    picture = Called.picture(folder.resolve("noise.png"), 20, 16);
  }

  private Called compile(Object... more) {
    List<Object> all = new ArrayList<>(List.of("compile", model, "--target", "rtl", "-o", out));
    all.addAll(List.of(more));
    return Called.with(all.toArray());
  }

  private Called quantised(Object... more) {
    List<Object> all = new ArrayList<>(List.of("--quantize", "int16", "--calibrate", picture));
    all.addAll(List.of(more));
    return compile(all.toArray());
  }

  private Called byteQuantised(Object... more) {
    List<Object> all = new ArrayList<>(List.of("--quantize", "int8", "--calibrate", picture));
    all.addAll(List.of(more));
    return compile(all.toArray());
  }

  @Test
  void aFolderSaysWhatItTakesAndWhatItGives() throws IOException {
    Called c = quantised("-m", "gradcam,saliency", "--lanes", "4", "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Called.names(out))
        .containsExactly("manifest.json", "rtl", "schedule.txt", "test", "whyc-files.txt");
    JsonNode said = c.json();
    assertThat(said.get("lanes").asInt()).isEqualTo(4);
    assertThat(said.get("methods")).hasSize(3);
    assertThat(said.at("/methods/0/name").asString()).isEqualTo("prediction");
    assertThat(said.at("/methods/2/overhead").asDouble()).isPositive();
    assertThat(said.get("outputs")).hasSize(3);
    assertThat(Files.readString(out.resolve("schedule.txt"))).contains("winner", "saliency");
  }

  @Test
  void whatIsWrittenIsWhatVerilatorComputes() {
    Assumptions.assumeTrue(Verilator.find().isPresent(), "verilator is not installed");
    Called c = quantised("-m", "gradcam", "--lanes", "2", "--simulate");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.out()).contains("simulated: 2 runs, every code, class and cycle as predicted");
  }

  /** Names of outputs are the model's: as text of a test bench they would be run by simulators. */
  @Test
  void anOutputsNameDoesNotReachTheRtl() throws IOException {
    model = Networks.named(folder, "x\"); $system(\"touch pwned\"); $display(\"_class");
    Called c = quantised("-m", "gradcam", "--lanes", "2", "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.json().get("outputs")).hasSize(2);
    try (Stream<Path> files = Files.walk(out)) {
      for (Path f : files.filter(f -> f.toString().matches(".*\\.(sv|hex)")).toList()) {
        assertThat(Files.readString(f)).as(f.toString()).doesNotContain("pwned");
      }
    }
  }

  @Test
  void theArrayMultipliesByACircuitAndMapsAreScaled() throws IOException {
    Called c =
        compile(
            "--quantize",
            "int8",
            "--calibrate",
            picture,
            "-m",
            "gradcam",
            "--lanes",
            "2",
            "--multiplier",
            "drum8s-4",
            "--scale-maps",
            "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.json().get("multiplier").asString()).isEqualTo("drum8s-4");
    assertThat(c.json().at("/methods/2/name").asString()).isEqualTo("scaled");
    assertThat(Files.readString(out.resolve("rtl/product.sv"))).contains("product_drum8s_4");
    assertThat(out.resolve("rtl/size_drum.sv")).exists();
  }

  @Test
  void weightsFromOutsideTakeTheCyclesOfTheirMemory() throws IOException {
    Called near =
        quantised("--weights", "external", "--weight-latency", "5", "--lanes", "4", "--json");
    assertThat(near.status()).as(near.err()).isZero();
    assertThat(near.json().get("weight_port_bits").asInt()).isEqualTo(32);
    assertThat(Files.readString(out.resolve("rtl/whyc_core.sv"))).contains("weight_read_valid_o");
    Called far =
        quantised(
            "--weights",
            "external",
            "--weight-latency",
            "90",
            "--lanes",
            "4",
            "--json",
            "--overwrite");
    assertThat(far.json().at("/methods/0/cycles_with_prediction").asLong())
        .isGreaterThan(near.json().at("/methods/0/cycles_with_prediction").asLong());
  }

  /** The whole way to a bitstream: minutes where the machine is busy, seconds where it is not. */
  @Test
  void aSmallNetworkFindsItsPlaceOnASmallBoard() throws IOException {
    Assumptions.assumeTrue(Yosys.find().isPresent(), Tool.YOSYS.missing());
    Assumptions.assumeTrue(NextpnrIce40.find().isPresent(), Tool.NEXTPNR_ICE40.missing());
    Assumptions.assumeTrue(Icepack.find().isPresent(), Tool.ICEPACK.missing());
    Called c = byteQuantised("-m", "gradcam", "--lanes", "2", "--board", "up5k", "--json");
    assertThat(c.status()).as(c.err()).isZero();
    JsonNode board = c.json().get("board_up5k");
    assertThat(board.get("megahertz").asDouble()).isBetween(8.0, 60.0);
    // Memories as small as those of this network lie in block memories, not in the large ones.
    assertThat(board.at("/used/ICESTORM_RAM").asString()).endsWith("/30").isNotEqualTo("0/30");
    assertThat(board.at("/used/ICESTORM_SPRAM").asString()).endsWith("/4");
    assertThat(board.at("/runs_per_second/gradcam").asDouble())
        .isLessThan(board.at("/runs_per_second/prediction").asDouble());
    assertThat(Files.size(out.resolve("whyc_up5k.bin"))).isGreaterThan(100_000);
    assertThat(Files.readString(out.resolve("rtl/whyc_up5k.pcf"))).contains("set_io clk_i 35");
  }

  @Test
  void aFolderThatIsThereStaysUnlessWhycWroteIt() {
    assertThat(quantised().status()).isZero();
    Called again = quantised();
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("--overwrite");
    assertThat(quantised("--overwrite").status()).isZero();
  }

  @Test
  void whatCannotBeMeantIsSaidAndNothingWritten() {
    assertThat(compile().err()).contains("--quantize int8 or int16");
    assertThat(quantised("--lanes", "3").err()).contains("power of two from 2 to 64", "got 3");
    assertThat(quantised("--places", "4").err()).contains("wants a row of 6 places");
    assertThat(quantised("--multiplier", "drum8s-4").err()).contains("wants --quantize int8");
    assertThat(
            compile("--quantize", "int8", "--calibrate", picture, "--multiplier", "abacus").err())
        .contains("--multiplier", "abacus: no multiplier has this name");
    assertThat(
            compile("--quantize", "int8", "--calibrate", picture, "--multiplier", "trunc8s-4")
                .err())
        .contains("wants products with 0 to be 0");
    assertThat(quantised("--heatmap").err()).contains("without --heatmap");
    assertThat(quantised("--preprocess").err()).contains("--target rtl", "without --preprocess");
    assertThat(quantised("--board", "abacus").err()).contains("--board", "up5k", "abacus");
    assertThat(byteQuantised("--board", "up5k", "--lanes", "64").err())
        .contains("RTL: the UP5K has 4 large memories", "for weights", "fewer lanes");
    assertThat(quantised("--board", "up5k", "--weights", "external").err())
        .contains("--board loads weights over SPI");
    assertThat(quantised("--weights", "external", "--weight-port", "24").err())
        .contains("a power of two from 8 to 512, got 24");
    assertThat(quantised("--synthesize", "abacus").err()).contains("--synthesize", "abacus");
    assertThat(quantised("-m", "eigencam").err())
        .contains("integers alone, and real numbers stay in", "try another method");
    assertThat(Called.with("compile", model, "-o", out, "--lanes", "4").err())
        .contains("--lanes must go with --target rtl");
    assertThat(out).doesNotExist();
  }
}
