package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Input;
import whyc.op.Product;
import whyc.op.Sigmoid;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

final class RtlDesignTest {
  static LongStream seeds() {
    long given = Long.getLong("seed", -1);
    return given < 0 ? LongStream.range(0, 150) : LongStream.of(given);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void programsComputeTheIntegersOfTheGraph(long seed) {
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    RtlDesign design = designed(drawn);
    Tensor codes = design.codes(Map.of("x", drawn.image()));
    SequencedMap<String, Tensor> expected = design.evaluate(codes);
    for (int asked = 0; asked < design.methods().size(); asked++) {
      Replay.Outcome found = Replay.run(design.program(), codes.longs(), 1 | 1 << asked);
      found
          .outputs()
          .forEach((name, of) -> assertThat(of).as(name).isEqualTo(expected.get(name).longs()));
    }
  }

  /** Few networks have sums that are summed on before they are codes: the core has no place. */
  private static RtlDesign designed(DrawnNetwork drawn) {
    try {
      return drawn.design();
    } catch (RtlException e) {
      assertThat(e).hasMessageContaining("rounded to codes next");
      return abort(e.getMessage());
    }
  }

  /** Memories, bits and cycles: all that the core does, against what the graph and schedule say. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {0, 5, 14, 21})
  void theCoreComputesThemInAsManyCyclesAsPredicted(long seed, @TempDir Path folder)
      throws IOException {
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    simulate(drawn, drawn.core(), folder);
  }

  /** Seeds whose networks add residuals, sweep, and write lines of weights themselves. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {0, 3, 14, 21})
  void memoriesOfOnePortTakeTurnsAsPredicted(long seed, @TempDir Path folder) throws IOException {
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    simulate(drawn, drawn.core().small(), folder);
  }

  /** Ports of less and of more than a line, memories that are near and far. */
  @ParameterizedTest(name = "-Dseed={0}, {1} bits, {2} cycles")
  @CsvSource({"0,8,1", "3,32,30", "5,16,7", "14,128,3", "21,16,90"})
  void weightsFromOutsideComeAsPredicted(long seed, int portBits, int latency, @TempDir Path folder)
      throws IOException {
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    Weights outside = new Weights.Streamed(portBits, latency);
    simulate(drawn, drawn.core().with(outside), folder);
  }

  private static void simulate(DrawnNetwork drawn, CoreShape core, Path folder) throws IOException {
    Verilator verilator = Installed.verilator();
    RtlDesign design = drawn.design(core);
    write(folder, design.files());
    write(folder, design.testFiles(List.of(design.codes(Map.of("x", drawn.image())))));
    List<String> said =
        RtlDesign.simulate(verilator, folder, folder.resolve("build"), Duration.ofMinutes(5));
    assertThat(said).contains("PASS").hasSize(design.methods().size() + 1);
  }

  /** A test bench that cannot fail says nothing. */
  @Test
  void aWrongWeightIsFound(@TempDir Path folder) throws IOException {
    Verilator verilator = Installed.verilator();
    DrawnNetwork drawn = DrawnNetwork.of(3);
    RtlDesign design = drawn.design();
    write(folder, design.files());
    write(folder, design.testFiles(List.of(design.codes(Map.of("x", drawn.image())))));
    Path weights = folder.resolve("rtl/weights.hex");
    String text = Files.readString(weights);
    char last = text.charAt(text.indexOf('\n') - 1);
    String other = last == '0' ? "4" : "0";
    Files.writeString(
        weights,
        text.substring(0, text.indexOf('\n') - 1) + other + text.substring(text.indexOf('\n')));
    List<String> said =
        RtlDesign.simulate(verilator, folder, folder.resolve("build"), Duration.ofMinutes(5));
    assertThat(said).doesNotContain("PASS").anyMatch(l -> l.startsWith("FAIL"));
  }

  /** All three tools read what is written, without a warning. */
  @Test
  void theSourcesAreClean(@TempDir Path folder) throws IOException {
    RtlDesign design = DrawnNetwork.of(0).design();
    write(folder, design.files());
    List<Path> sources = RtlDesign.sources(folder.resolve("rtl"));
    Installed.verilator()
        .check("whyc_axi", sources, List.of("-Wno-UNUSEDSIGNAL", "-Wno-UNUSEDPARAM"));
  }

  private static void write(Path folder, SequencedMap<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path to = folder.resolve(file.getKey());
      Files.createDirectories(to.getParent());
      Files.writeString(to, file.getValue());
    }
  }

  /** The core's text names fields by number; the numbers are those of {@link Field}. */
  @Test
  void theCoreAndTheProgramAgreeOnFieldsAndFlags() {
    String text = new Cell("explain_core").text();
    assertThat(text).contains("localparam int Fields = " + Field.COUNT + ";");
    for (Field f : Field.values()) {
      if (f != Field.METHODS) {
        assertThat(text).contains("localparam int %s = %d;".formatted(camel(f), f.ordinal()));
      }
    }
    for (Kind k : List.of(Kind.COMPUTE, Kind.SWEEP, Kind.TABLE)) {
      assertThat(text).contains("%s = 3'd%d;".formatted(camel(k), k.code()));
    }
    assertThat(text).contains("Largest = 3'd" + Kind.WINNER.code());
    for (Flag f : Flag.values()) {
      int place = Integer.numberOfTrailingZeros(f.bit());
      assertThat(text).as(f.name()).contains("[Flags*FieldBits+%d];".formatted(place));
    }
    int overlaps = Integer.numberOfTrailingZeros(Instruction.OVERLAPS);
    assertThat(text).contains(".OverlapBit(MoreShifts * FieldBits + %d)".formatted(overlaps));
  }

  private static String camel(Enum<?> e) {
    StringBuilder text = new StringBuilder();
    for (String word : e.name().split("_")) {
      text.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
    }
    return text.toString();
  }

  @Test
  void runsThatAskForMoreTakeNoLess() {
    RtlDesign design = DrawnNetwork.of(7).design();
    long prediction = design.cycles(List.of());
    long all = design.cycles(design.methods());
    assertThat(design.methods()).hasSize(5);
    design.methods().forEach(m -> assertThat(design.cycles(List.of(m))).isBetween(prediction, all));
  }

  @Test
  void whatTheCoreLacksIsNamed() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3, 8, 8)));
    Value y = b.emit(new Sigmoid(), List.of(x), "gate");
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("y", y));
    Graph g = b.finish(outputs);
    SequencedMap<String, String> methodOf = new LinkedHashMap<>(Map.of("y", "prediction"));
    assertThatThrownBy(() -> RtlDesign.of(g, methodOf, new CoreShape(4, 8, 8, 64)))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("one input that becomes codes");
  }

  @Test
  void anotherArraysProductsAreRefused() {
    DrawnNetwork drawn = DrawnNetwork.of(1);
    Product other = Product.table("half", (a, c) -> 0);
    IntegerGraph source = IntegerGraph.of(drawn.quantised(), drawn.methodOf());
    assertThatThrownBy(() -> Lowering.program(source, drawn.core(), other))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("products want to be those of the core's array, half, not exact")
        .hasMessageContaining("IntegerConv");
  }

  @Test
  void aRowThatIsTooLongForThePlacesIsRefused() {
    DrawnNetwork drawn = DrawnNetwork.of(2);
    CoreShape small = new CoreShape(2, drawn.core().codeBits(), drawn.core().weightBits(), 4);
    assertThatThrownBy(() -> RtlDesign.of(drawn.quantised(), drawn.methodOf(), small))
        .isInstanceOf(RtlException.class)
        .hasMessageMatching("RTL: .* wants a row of \\d+ places to sum in, and the core has 4.*");
  }

  @Test
  void sizesOfACoreAreChecked() {
    for (int lanes : new int[] {0, 1, 3, 128}) {
      assertThatThrownBy(() -> new CoreShape(lanes, 8, 8, 64))
          .isInstanceOf(RtlException.class)
          .hasMessageContaining("lanes of 2 to 64")
          .hasMessageContaining("got " + lanes);
    }
    assertThatThrownBy(() -> new CoreShape(8, 4, 8, 64)).hasMessageContaining("8 or 16 bits");
    assertThatThrownBy(() -> new CoreShape(8, 8, 8, 65)).hasMessageContaining("places");
  }

  @Test
  void wordsOfAMemoryReadFromTheLowestBitOn() {
    assertThat(HexText.word().then(-1, 4).then(2, 4).hex()).isEqualTo("2f");
    assertThat(HexText.lanes(IntStream.of(1, -2).asLongStream().toArray(), 16).hex())
        .isEqualTo("fffe0001");
  }
}
