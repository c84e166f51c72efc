package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the tools of others are asked for is done, on a counter, and what they refuse is told. */
final class ToolsTest {
  private static final String COUNTER =
      """
      module counter #(parameter int Width = 4) (
        input  logic             clk_i,
        input  logic             rst_ni,
        output logic [Width-1:0] count_o
      );
        logic [Width-1:0] count_q;
        always_ff @(posedge clk_i or negedge rst_ni) begin
          if (!rst_ni) count_q <= '0;
          else count_q <= count_q + Width'(1);
        end
        assign count_o = count_q;
      endmodule
      """;
  private static final String BENCH =
      """
      module counter_tb #(parameter int Width = 4);
        logic clk, rst_n;
        logic [Width-1:0] count;
        int unsigned cycles;
        counter #(.Width(Width)) dut (.clk_i(clk), .rst_ni(rst_n), .count_o(count));
        always #5 clk = !clk;
        initial begin
          clk = 0;
          rst_n = 0;
          if (!$value$plusargs("cycles=%d", cycles)) cycles = 3;
          @(negedge clk) rst_n = 1;
          repeat (cycles) @(negedge clk);
          $display("count %0d", count);
          $finish;
        end
      endmodule
      """;

  @TempDir private Path folder;
  private Path counter;
  private Path bench;

  @BeforeEach
  void writeSources() throws IOException {
    counter = Files.writeString(folder.resolve("counter.sv"), COUNTER);
    bench = Files.writeString(folder.resolve("counter_tb.sv"), BENCH);
  }

  @Test
  void verilatorBuildsWhatCounts() {
    Verilator verilator = Installed.verilator();
    Path built =
        verilator.build(folder, "counter_tb", List.of(counter, bench), List.of("-GWidth=5"));
    assertThat(Verilator.run(built, List.of("+cycles=37"), Duration.ofSeconds(20)))
        .contains("count 5\n");
  }

  @Test
  void icarusBuildsWhatCounts() {
    Icarus icarus = Installed.icarus();
    Path built =
        icarus.build(
            folder, "counter_tb", List.of(counter, bench), List.of("-Pcounter_tb.Width=5"));
    assertThat(icarus.run(built, List.of("+cycles=37"), Duration.ofSeconds(20)))
        .contains("count 5\n");
  }

  @Test
  void verilatorNamesWhatItWarnsOf() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other")).resolve("counter.sv");
    Path wrong =
        Files.writeString(other, COUNTER.replace("[Width-1:0] count_q", "[Width:0] count_q"));
    Verilator verilator = Installed.verilator();
    verilator.check("counter", List.of(counter), List.of());
    assertThatThrownBy(() -> verilator.check("counter", List.of(wrong), List.of()))
        .isInstanceOf(ToolException.class)
        .hasMessageStartingWith("verilator ended with 1: ")
        .hasMessageContaining("WIDTH");
  }

  @ParameterizedTest
  @EnumSource
  void yosysCountsTheBitsOfACounter(Family family) {
    Resources r =
        Installed.yosys().synthesize(family, "counter", List.of(counter), Map.of("Width", 6));
    assertThat(r.flipFlops()).isEqualTo(6);
    assertThat(r.luts()).isBetween(5, 12);
    assertThat(r.dsps()).isZero();
    assertThat(r.blockRams()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void yosysFindsMultipliersAndMemories(Family family) throws IOException {
    Path both =
        Files.writeString(
            folder.resolve("both.sv"),
            """
            module both (
              input  logic              clk_i,
              input  logic              write_i,
              input  logic        [9:0] address_i,
              input  logic signed [7:0] a_i,
              input  logic signed [7:0] b_i,
              output logic signed [15:0] p_o
            );
              logic [15:0] memory[1024];
              always_ff @(posedge clk_i) begin
                if (write_i) memory[address_i] <= a_i * b_i;
                p_o <= memory[address_i];
              end
            endmodule
            """);
    Resources r = Installed.yosys().synthesize(family, "both", List.of(both), Map.of());
    assertThat(r.dsps()).isOne();
    assertThat(r.blockRams()).isBetween(1, 4);
    assertThat(r.cells()).isNotEmpty();
  }

  @Test
  void aCounterFindsItsPlace() throws IOException {
    Yosys yosys = Installed.yosys();
    NextpnrIce40 nextpnr = Installed.nextpnr();
    Path netlist = folder.resolve("counter.json");
    yosys.synthesize(Family.ICE40, "counter", List.of(counter), Map.of("Width", 12), netlist);
    NextpnrIce40.Placed placed =
        nextpnr.place(netlist, folder.resolve("counter.asc"), 12, List.of());
    assertThat(placed.clockMegahertz()).hasValueSatisfying(f -> assertThat(f).isBetween(20., 200.));
    assertThat(placed.used().get("ICESTORM_LC").used()).isBetween(12, 20);
    assertThat(placed.used().get("ICESTORM_LC").available()).isEqualTo(5280);
    Path bitstream = folder.resolve("counter.bin");
    Installed.icepack().pack(placed.bits(), bitstream);
    assertThat(Files.size(bitstream)).isGreaterThan(100_000);
  }

  /** Nine multipliers, where the chip has eight. */
  @Test
  void whatDoesNotFitIsSaidWithWhatThereIs() throws IOException {
    Path wide =
        Files.writeString(
            folder.resolve("wide.sv"),
            """
            module wide (
              input  logic               clk_i,
              input  logic signed [15:0] a_i,
              output logic signed [7:0]  p_o
            );
              logic signed [15:0] x_q[12];
              logic signed [31:0] p_q[12];
              always_ff @(posedge clk_i) x_q[0] <= a_i;
              for (genvar i = 0; i < 9; i++) begin : gen_product
                always_ff @(posedge clk_i) begin
                  p_q[i] <= x_q[i] * a_i;
                  x_q[i+1] <= p_q[i][31:16] ^ p_q[i][15:0];
                end
              end
              assign p_o = x_q[9][15:8];
            endmodule
            """);
    Yosys yosys = Installed.yosys();
    NextpnrIce40 nextpnr = Installed.nextpnr();
    Path netlist = folder.resolve("wide.json");
    yosys.synthesize(Family.ICE40, "wide", List.of(wide), Map.of(), netlist);
    assertThatThrownBy(() -> nextpnr.place(netlist, folder.resolve("wide.asc"), 12, List.of()))
        .isInstanceOf(ToolException.class)
        .hasMessage(
            "nextpnr-ice40: a design wants to fit an iCE40 UP5K, and this one takes 9 of 8 multipliers (ICESTORM_DSP)");
  }

  @Test
  void whatIsNoDesignIsSaidInTheToolsWords() throws IOException {
    NextpnrIce40 nextpnr = Installed.nextpnr();
    Path none = Files.writeString(folder.resolve("none.json"), "{}");
    assertThatThrownBy(() -> nextpnr.place(none, folder.resolve("none.asc"), 12, List.of()))
        .isInstanceOf(ToolException.class)
        .hasMessageStartingWith("nextpnr-ice40 found no place on an iCE40 UP5K: ");
  }

  @Test
  void whatYosysCannotReadIsTold() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.sv"), "module counter (input logic x;");
    Yosys yosys = Installed.yosys();
    assertThatThrownBy(() -> yosys.synthesize(Family.ICE40, "counter", List.of(wrong), Map.of()))
        .isInstanceOf(ToolException.class)
        .hasMessageStartingWith("yosys ended with 1: ")
        .hasMessageContaining("wrong.sv:1");
  }

  @Test
  void whatDoesNotEndIsEnded() {
    Command command = new Command(List.of("sleep", "60"), folder, Duration.ofMillis(200));
    assertThatThrownBy(command::run)
        .isInstanceOf(ToolException.class)
        .hasMessageStartingWith("sleep was ended after 0 s");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    Command command = new Command(List.of("no-such-program"), folder, Duration.ofSeconds(1));
    assertThatThrownBy(command::run)
        .isInstanceOf(ToolException.class)
        .hasMessageStartingWith("no-such-program could not be run: ");
    assertThat(Tool.ICEPACK.missing())
        .isEqualTo("icepack is not installed (Debian package fpga-icestorm)");
  }
}
