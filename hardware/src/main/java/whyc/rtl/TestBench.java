package whyc.rtl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A test bench that checks itself: it runs the core on images, method by method, and compares each
 * code of each result, the class and the cycles with what they are to be.
 */
final class TestBench {
  static final String MODULE = "whyc_tb";

  private TestBench() {}

  /**
   * A run and what is expected of it.
   *
   * @param input words as they are loaded
   * @param methods a bit for each that is asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  record Run(long[][] input, int methods, int classIndex, long cycles, List<long[]> outputs) {
    Run {
      outputs = List.copyOf(outputs);
    }
  }

  /** A run as the replay has it. */
  static Run expected(Program p, long[] image, int methods) {
    Replay.Outcome outcome = Replay.run(p, image, methods);
    return expected(
        p, image, methods, outcome.classIndex(), List.copyOf(outcome.outputs().values()));
  }

  /**
   * A run with what somebody else says of it.
   *
   * @param outputs codes {@code [C,h,w]} of those that are asked for
   */
  static Run expected(Program p, long[] image, int methods, int classIndex, List<long[]> outputs) {
    return new Run(
        Replay.words(p, image), methods, classIndex, CycleCount.of(p, methods).cycles(), outputs);
  }

  /** Texts by file name. */
  static SequencedMap<String, String> of(Program p, List<Run> runs) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put(MODULE + ".sv", text(p, runs));
    List<HexText.Word> inputs = new ArrayList<>();
    List<HexText.Word> expected = new ArrayList<>();
    for (Run r : runs) {
      for (long[] word : r.input) {
        inputs.add(HexText.lanes(word, p.core().codeBits()));
      }
      words(p, r, expected);
    }
    files.put("inputs.hex", HexText.of(inputs, w -> w));
    files.put("expected.hex", HexText.of(expected, w -> w));
    files.put(
        "runs.hex",
        HexText.of(
            runs,
            r -> HexText.word().then(r.cycles, 32).then(r.classIndex, 16).then(r.methods, 16)));
    return files;
  }

  private static List<Program.Port> asked(Program p, int methods) {
    return p.outputs().stream().filter(o -> (methods >> o.method() & 1) != 0).toList();
  }

  private static void words(Program p, Run r, List<HexText.Word> to) {
    List<Program.Port> asked = asked(p, r.methods);
    for (int i = 0; i < asked.size(); i++) {
      Program.Port o = asked.get(i);
      Plane plane = new Plane(o.rows(), o.columns(), o.channels(), p.core().lanes());
      long[][] words = new long[plane.words()][plane.lanes()];
      for (int k = 0; k < r.outputs.get(i).length; k++) {
        int channel = k / plane.positions();
        int word = k % plane.positions() * plane.groups() + channel / plane.lanes();
        words[word][channel % plane.lanes()] = r.outputs.get(i)[k];
      }
      for (long[] word : words) {
        to.add(HexText.lanes(word, p.core().resultBits()));
      }
    }
  }

  private static String text(Program p, List<Run> runs) {
    int lanes = p.core().lanes();
    Plane in = new Plane(p.input().rows(), p.input().columns(), p.input().channels(), lanes);
    long expected =
        runs.stream()
            .flatMap(r -> asked(p, r.methods).stream())
            .mapToLong(o -> new Plane(o.rows(), o.columns(), o.channels(), lanes).words())
            .sum();
    String checks =
        p.outputs().stream()
            .map(o ->
                "          if (run[48 + %d]) check(%d, %d, %s, \"%s\");"
                    .formatted(
                        o.method(),
                        o.address(),
                        new Plane(o.rows(), o.columns(), o.channels(), lanes).words(),
                        lanes(p, o),
                        o.name()))
            .collect(Collectors.joining("\n"));
    return TEXT.replace("@STREAM@\n", StreamText.benched(p))
        .replace("@MEMORY@\n", StreamText.memory(p))
        .replace("@RUNS@", String.valueOf(runs.size()))
        .replace("@INPUTS@", String.valueOf(runs.size() * in.words()))
        .replace("@WORDS@", String.valueOf(in.words()))
        .replace("@EXPECTED@", String.valueOf(Math.max(1, expected)))
        .replace("@INPUT@", String.valueOf(p.input().address()))
        .replace("@FIELD@", String.valueOf(p.fieldBits()))
        .replace("@CLASS@", String.valueOf(CoreText.CLASS_BITS))
        .replace("@METHODS@", String.valueOf(p.methods().size()))
        .replace("@CODES@", String.valueOf(lanes * p.core().codeBits()))
        .replace("@WEIGHTS@", String.valueOf(lanes * p.core().weightBits()))
        .replace("@LINES@", String.valueOf(Math.max(1, p.weights().size())))
        .replace("@LOADED@", String.valueOf(loaded(p)))
        .replace("@RESULTS@", String.valueOf(lanes * p.core().resultBits()))
        .replace("@RESULTBITS@", String.valueOf(p.core().resultBits()))
        .replace("@CHECKS@", checks);
  }

  /** Lines that are written into the core before the first run. */
  private static int loaded(Program p) {
    return switch (p.core().weights()) {
      case Weights.Held _, Weights.Streamed _ -> 0;
      case Weights.Loaded _ -> p.weights().size();
    };
  }

  /** Lanes with channels; where maps may be scaled that depends on the run. */
  private static String lanes(Program p, Program.Port o) {
    int all = (1 << p.methods().size()) - 1;
    int scaled = p.methods().indexOf(CoreUnits.SCALED);
    return p.scales(o, all)
        ? "run[48 + %d] ? 2 : 1".formatted(scaled)
        : String.valueOf(Math.min(o.channels(), p.core().lanes()));
  }

  private static final String TEXT =
      """
      // Runs whyc_core on images and compares each code, the class and the cycles with what they are
      // to be. Ends with PASS, or says what is wrong and ends with FAIL.
      module whyc_tb #(
          parameter Folder = "."
      );
        logic clk = 1'b0;
        logic rst_n = 1'b0;
        always #5 clk = !clk;

        logic start = 1'b0;
        logic load = 1'b0;
        logic busy, step;
        logic [@METHODS@-1:0] methods;
        logic [@CLASS@-1:0] class_index;
        logic [@FIELD@-1:0] load_address, read;
        logic [@CODES@-1:0] load_data;
        logic weight_load = 1'b0;
        logic [@FIELD@-1:0] weight_load_address;
        logic [@WEIGHTS@-1:0] weight_load_data;
        logic [@WEIGHTS@-1:0] weights[@LINES@];
        logic [@RESULTS@-1:0] result;

        whyc_core #(.Folder(Folder)) u_core (
            .clk_i                (clk),
            .rst_ni               (rst_n),
            .start_i              (start),
            .methods_i            (methods),
            .class_given_i        (1'b0),
            .class_i              ('0),
            .busy_o               (busy),
            .class_o              (class_index),
            .step_o               (step),
            .load_i               (load),
            .load_address_i       (load_address),
            .load_data_i          (load_data),
            .weight_load_i        (weight_load),
            .weight_load_address_i(weight_load_address),
            .weight_load_data_i   (weight_load_data),
      @STREAM@
            .read_i               (read),
            .result_o             (result)
        );
      @MEMORY@
        logic [@CODES@-1:0] inputs[@INPUTS@];
        logic [@RESULTS@-1:0] expected[@EXPECTED@];
        logic [63:0] runs[@RUNS@];
        logic [63:0] run;
        int at = 0;
        int errors = 0;
        int cycles = 0;

        initial begin
          $readmemh({Folder, "/inputs.hex"}, inputs);
          $readmemh({Folder, "/expected.hex"}, expected);
          $readmemh({Folder, "/runs.hex"}, runs);
          $readmemh({Folder, "/weights.hex"}, weights);
        end

        // All that goes in changes, and all that comes out is read, at the falling edge.
        task automatic check(input int address, input int words, input int lanes, input string name);
          for (int w = 0; w < words; w++) begin
            read = @FIELD@'(address + w);
            @(negedge clk);
            for (int i = 0; i < lanes; i++) begin
              if (result[i*@RESULTBITS@ +: @RESULTBITS@] !== expected[at][i*@RESULTBITS@ +: @RESULTBITS@]) begin
                errors = errors + 1;
                if (errors < 20) begin
                  $display("%s word %0d lane %0d: wants %h, got %h", name, w, i,
                           expected[at][i*@RESULTBITS@ +: @RESULTBITS@],
                           result[i*@RESULTBITS@ +: @RESULTBITS@]);
                end
              end
            end
            at = at + 1;
          end
        endtask

        initial begin
          repeat (4) @(negedge clk);
          rst_n = 1'b1;
          @(negedge clk);
          while (busy) @(negedge clk);
          for (int l = 0; l < @LOADED@; l++) begin
            weight_load         = 1'b1;
            weight_load_address = @FIELD@'(l);
            weight_load_data    = weights[l];
            @(negedge clk);
          end
          weight_load = 1'b0;
          for (int r = 0; r < @RUNS@; r++) begin
            run = runs[r];
            for (int w = 0; w < @WORDS@; w++) begin
              load         = 1'b1;
              load_address = @FIELD@'(@INPUT@ + w);
              load_data    = inputs[r*@WORDS@ + w];
              @(negedge clk);
            end
            load    = 1'b0;
            methods = run[48 +: @METHODS@];
            start   = 1'b1;
            cycles  = 1;
            @(negedge clk);
            start   = 1'b0;
            while (busy) begin
              cycles = cycles + 1;
              @(negedge clk);
            end
            if (32'(cycles) != run[31:0]) begin
              errors = errors + 1;
              $display("run %0d: wants %0d cycles, got %0d", r, run[31:0], cycles);
            end
            if (16'(class_index) != run[47:32]) begin
              errors = errors + 1;
              $display("run %0d: wants class %0d, got %0d", r, run[47:32], class_index);
            end
      @CHECKS@
            $display("run %0d: methods %h, class %0d, %0d cycles", r, run[63:48], class_index, cycles);
          end
          if (errors == 0) $display("PASS");
          else $display("FAIL: %0d errors", errors);
          $finish;
        end
      endmodule
      """;
}
