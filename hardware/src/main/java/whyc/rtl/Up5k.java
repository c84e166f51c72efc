package whyc.rtl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A core on an iCE40 UltraPlus 5K: memories of one port, which are filled over SPI, and a top with
 * six pins. The pins are those of an iCEBreaker: its clock of 12 MHz and connector PMOD 1A.
 */
public final class Up5k {
  private static final String MODULE = "whyc_up5k";
  private static final String PINS = MODULE + ".pcf";

  /** What is aimed at: more than such a chip does with multipliers behind memories. */
  private static final double MEGAHERTZ = 24;

  private static final int ADDRESS_BITS = 16;

  private Up5k() {}

  /**
   * A core that found its place.
   *
   * @param synthesized before it is placed
   */
  public record Fit(Resources synthesized, NextpnrIce40.Placed placed) {}

  /**
   * The top and its pins, by path.
   *
   * @throws RtlException if addresses are longer than those that go over SPI, or the core's
   *     memories are more than the chip has
   */
  public static SequencedMap<String, String> files(RtlDesign design) {
    Program p = design.program();
    if (p.fieldBits() > ADDRESS_BITS) {
      throw new RtlException(
          "RTL: the UP5K wants addresses of %d bits, got %d; fewer lanes or a smaller network"
              .formatted(ADDRESS_BITS, p.fieldBits()));
    }
    if (!(p.core().weights() instanceof Weights.Loaded)) {
      throw new RtlException(
          "RTL: the UP5K wants weights that are loaded, not those of " + p.core());
    }
    BoardMemories.of(p).check();
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put("rtl/" + MODULE + ".sv", text(p));
    files.put("rtl/" + PINS, PIN_TEXT);
    for (String cell : List.of("spi_bytes", "core_bytes")) {
      files.put("rtl/" + cell + ".sv", new Cell(cell).text());
    }
    return files;
  }

  /**
   * Synthesizes, places, routes and packs.
   *
   * @param bitstream a file that is written
   * @throws ToolException if it does not fit, with what it takes and what there is
   */
  public static Fit fit(
      RtlDesign design, Yosys yosys, NextpnrIce40 nextpnr, Icepack icepack, Path bitstream)
      throws IOException {
    SequencedMap<String, String> files = design.files();
    files.putAll(files(design));
    return Workplace.with(
        files,
        MODULE,
        folder -> {
          Path netlist = folder.resolve(MODULE + ".json");
          Resources synthesized =
              yosys.synthesize(Family.ICE40, MODULE, RtlDesign.sources(folder), Map.of(), netlist);
          NextpnrIce40.Placed placed =
              nextpnr.place(
                  netlist,
                  folder.resolve(MODULE + ".asc"),
                  MEGAHERTZ,
                  List.of("--pcf", folder.resolve(PINS).toString()));
          icepack.pack(placed.bits(), bitstream);
          return new Fit(synthesized, placed);
        });
  }

  private static String text(Program p) {
    int lanes = p.core().lanes();
    return TEXT.replace("@FEATURES@", String.valueOf(lanes * p.core().codeBits()))
        .replace("@WEIGHTS@", String.valueOf(lanes * p.core().weightBits()))
        .replace("@RESULTS@", String.valueOf(lanes * p.core().resultBits()))
        .replace("@FIELD@", String.valueOf(p.fieldBits()))
        .replace("@METHODS@", String.valueOf(p.methods().size()))
        .replace("@CLASS@", String.valueOf(CoreText.CLASS_BITS));
  }

  private static final String PIN_TEXT =
      """
      # iCEBreaker: the clock of 12 MHz, PMOD 1A, the red light
      set_io clk_i 35
      set_io sck_i 4
      set_io cs_ni 2
      set_io mosi_i 47
      set_io miso_o 45
      set_io idle_o 11
      """;

  private static final String TEXT =
      """
      // whyc_core on an iCE40 UltraPlus 5K, behind SPI; core_bytes.sv says what its messages are.
      // Weights are loaded before the first run. The core is reset when the chip is configured.
      // Folder    where the memories' files lie
      module whyc_up5k #(
          parameter Folder = "."
      ) (
          input  logic clk_i,
          input  logic sck_i,
          input  logic cs_ni,
          input  logic mosi_i,
          output logic miso_o,
          output logic idle_o
      );
        logic [3:0] awake_q = '0;
        logic rst_n, begins, valid, start, class_given, busy, step, weight_load, load;
        logic [7:0] in_byte, reply;
        logic [@METHODS@-1:0] methods;
        logic [@CLASS@-1:0] asked_class, found_class;
        logic [@FIELD@-1:0] address;
        logic [@WEIGHTS@-1:0] weight;
        logic [@FEATURES@-1:0] feature;
        logic [@RESULTS@-1:0] result;

        assign rst_n  = awake_q[3];
        assign idle_o = !busy;

        always_ff @(posedge clk_i) awake_q <= {awake_q[2:0], 1'b1};

        spi_bytes u_spi (
            .clk_i,
            .rst_ni (rst_n),
            .sck_i,
            .cs_ni,
            .mosi_i,
            .miso_o,
            .begin_o(begins),
            .valid_o(valid),
            .byte_o (in_byte),
            .reply_i(reply)
        );

        core_bytes #(
            .FeatureWidth(@FEATURES@),
            .WeightWidth(@WEIGHTS@),
            .ResultWidth(@RESULTS@),
            .FieldBits(@FIELD@),
            .MethodBits(@METHODS@),
            .ClassBits(@CLASS@)
        ) u_bytes (
            .clk_i,
            .rst_ni       (rst_n),
            .begin_i      (begins),
            .valid_i      (valid),
            .byte_i       (in_byte),
            .reply_o      (reply),
            .start_o      (start),
            .methods_o    (methods),
            .class_given_o(class_given),
            .class_o      (asked_class),
            .busy_i       (busy),
            .class_i      (found_class),
            .weight_load_o(weight_load),
            .load_o       (load),
            .address_o    (address),
            .weight_o     (weight),
            .feature_o    (feature),
            .result_i     (result)
        );

        whyc_core #(.Folder(Folder)) u_core (
            .clk_i,
            .rst_ni               (rst_n),
            .start_i              (start),
            .methods_i            (methods),
            .class_given_i        (class_given),
            .class_i              (asked_class),
            .busy_o               (busy),
            .class_o              (found_class),
            .step_o               (step),
            .load_i               (load),
            .load_address_i       (address),
            .load_data_i          (feature),
            .weight_load_i        (weight_load),
            .weight_load_address_i(address),
            .weight_load_data_i   (weight),
            .read_i               (address),
            .result_o             (result)
        );
      endmodule
      """;
}
