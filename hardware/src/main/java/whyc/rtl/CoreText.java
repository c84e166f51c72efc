package whyc.rtl;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** The generated module: a core with the sizes and memories of one program. */
final class CoreText {
  static final String MODULE = "whyc_core";

  /** Bits of a class index that a core can be asked for: 1,024 classes. */
  static final int CLASS_BITS = 10;

  private CoreText() {}

  static SequencedMap<String, Integer> parameters(Program p) {
    CoreShape core = p.core();
    SequencedMap<String, Integer> all = new LinkedHashMap<>();
    all.put("Lanes", core.lanes());
    all.put("CodeBits", core.codeBits());
    all.put("WeightBits", core.weightBits());
    all.put("DotBits", core.dotBits());
    all.put("SumBits", p.sumBits());
    all.put("FactorBits", p.factorBits());
    all.put("PairBits", p.pairBits());
    all.put("LeftBits", p.leftBits());
    all.put("ResultBits", core.resultBits());
    all.put("Places", core.places());
    all.put("PlaceBits", core.placeBits());
    all.put("TapBits", p.tapBits());
    all.put("MixesProducts", p.mixesProducts() ? 1 : 0);
    all.put("ScalesMaps", p.scalesMaps() ? 1 : 0);
    all.put("HasMax", p.hasMaxima() ? 1 : 0);
    all.put("FieldBits", p.fieldBits());
    all.put("MethodBits", p.methods().size());
    all.put("ClassBits", CLASS_BITS);
    all.put("TakesTurns", core.takesTurns() ? 1 : 0);
    all.put("Loaded", core.weights() instanceof Weights.Loaded ? 1 : 0);
    all.put("Streamed", StreamText.isStreamed(p) ? 1 : 0);
    all.put("PortBits", core.portBits());
    all.put("Waiting", core.waitingLines());
    all.put("WaitingBits", Integer.numberOfTrailingZeros(core.waitingLines()));
    all.put("OwnLines", p.ownLines());
    memory(all, "Feature", p.words(CoreStorage.FEATURES));
    memory(all, "Mask", p.words(CoreStorage.MASKS));
    memory(all, "Switch", p.words(CoreStorage.SWITCHES));
    memory(all, "Result", p.words(CoreStorage.RESULTS));
    memory(all, "Weight", p.lines());
    memory(all, "Parameter", p.parameters().size());
    memory(all, "Tap", p.taps().size());
    memory(all, "Program", Images.words(p).size());
    return all;
  }

  private static void memory(SequencedMap<String, Integer> all, String name, int words) {
    int depth = Math.max(2, words);
    all.put(name + "Depth", depth);
    all.put(name + "Address", Integer.SIZE - Integer.numberOfLeadingZeros(depth - 1));
  }

  /** The module's text. */
  static String of(Program p) {
    String parameters =
        parameters(p).entrySet().stream()
            .map(e -> "      .%s(%d),".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining("\n"));
    int lanes = p.core().lanes();
    return TEXT.replace("@PARAMETERS@", parameters)
        .replace("@PORTS@\n", StreamText.ports(p))
        .replace("@UNUSED@\n", StreamText.unused(p))
        .replace("@STREAM@\n", StreamText.core(p))
        .replace("@METHODS@", String.valueOf(p.methods().size() - 1))
        .replace("@CLASS@", String.valueOf(CLASS_BITS - 1))
        .replace("@FIELD@", String.valueOf(p.fieldBits() - 1))
        .replace("@CODES@", String.valueOf(lanes * p.core().codeBits() - 1))
        .replace("@WEIGHTS@", String.valueOf(lanes * p.core().weightBits() - 1))
        .replace("@RESULTS@", String.valueOf(lanes * p.core().resultBits() - 1))
        .replace(
            "@ASKED@",
            p.methods().stream()
                .map(m -> "//   %d  %s".formatted(p.methods().indexOf(m), m))
                .collect(Collectors.joining("\n")));
  }

  private static final String TEXT =
      """
      // A core for one network: explain_core with its sizes and what its memories begin with.
      // Bits of methods_i:
      @ASKED@
      // Folder    where the memories' files lie
      module whyc_core #(
          parameter Folder = "."
      ) (
          input  logic          clk_i,
          input  logic          rst_ni,
          input  logic          start_i,
          input  logic [@METHODS@:0] methods_i,
          input  logic          class_given_i,
          input  logic [@CLASS@:0] class_i,
          output logic          busy_o,
          output logic [@CLASS@:0] class_o,
          output logic          step_o,
          input  logic          load_i,
          input  logic [@FIELD@:0] load_address_i,
          input  logic [@CODES@:0] load_data_i,
          input  logic          weight_load_i,
          input  logic [@FIELD@:0] weight_load_address_i,
          input  logic [@WEIGHTS@:0] weight_load_data_i,
      @PORTS@
          input  logic [@FIELD@:0] read_i,
          output logic [@RESULTS@:0] result_o
      );
      @UNUSED@
        explain_core #(
      @PARAMETERS@
            .WeightImage({Folder, "/weights.hex"}),
            .ParameterImage({Folder, "/parameters.hex"}),
            .TapImage({Folder, "/taps.hex"}),
            .ProgramImage({Folder, "/program.hex"})
        ) u_core (
            .clk_i,
            .rst_ni,
            .start_i,
            .methods_i,
            .class_given_i,
            .class_i,
            .busy_o,
            .class_o,
            .step_o,
            .load_i,
            .load_address_i,
            .load_data_i,
            .weight_load_i,
            .weight_load_address_i,
            .weight_load_data_i,
      @STREAM@
            .read_i,
            .result_o
        );
      endmodule
      """;
}
