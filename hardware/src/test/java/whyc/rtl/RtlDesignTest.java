package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
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
import whyc.multiplier.Design;
import whyc.op.Input;
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
    isReplayed(design, codes);
  }

  private static void isReplayed(RtlDesign design, Tensor codes) {
    SequencedMap<String, Tensor> expected = design.evaluate(codes);
    for (int asked = 0; asked < design.methods().size(); asked++) {
      Replay.Outcome found = Replay.run(design.program(), codes.longs(), 1 | 1 << asked);
      found
          .outputs()
          .forEach((name, of) -> assertThat(of).as(name).isEqualTo(expected.get(name).longs()));
    }
  }

  /** Fire modules, dense ones, and others that join channels wherever they happen to begin. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void joinedChannelsAreThoseOfTheGraph(long seed) {
    DrawnNetwork drawn = DrawnNetwork.joining(seed, 12, 10);
    RtlDesign design = designed(drawn);
    Tensor codes = design.codes(Map.of("x", drawn.image()));
    isReplayed(design, codes);
  }

  /** All four methods on an image of CIFAR-10's size, and smaller ones in turns. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {0, 7})
  void theCoreJoinsChannelsInAsManyCyclesAsPredicted(long seed, @TempDir Path folder)
      throws IOException {
    DrawnNetwork drawn = DrawnNetwork.joining(seed, 32, 32);
    assertThat(drawn.methodOf()).containsKeys("gradcam", "saliency", "guided", "deconvnet");
    assertThat(drawn.design().program().instructions())
        .anyMatch(i -> i.get(Field.RESIDUAL_GROUPS) == 1);
    simulate(drawn, drawn.core(), folder);
  }

  @Test
  void channelsAreJoinedOnMemoriesOfOnePort(@TempDir Path folder) throws IOException {
    DrawnNetwork drawn = DrawnNetwork.joining(14, 12, 10);
    simulate(drawn, drawn.core().small(), folder);
  }

  /** Results have lanes of their own, and in 8 bits codes of their own. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void scoresThatAreJoinedWithinAWordAreRefused(long seed) {
    DrawnNetwork drawn = DrawnNetwork.twoHeads(seed);
    String rule =
        drawn.core().codeBits() == 8
            ? "RTL: codes that are read again want 8 bits, got INT16 at "
            : "RTL: channels that leave the core want to be joined at multiples of ";
    assertThatThrownBy(drawn::design).isInstanceOf(RtlException.class).hasMessageContaining(rule);
  }

  private static ArrayProduct circuit(String name) {
    return ArrayProduct.of(Design.parse(name), false);
  }

  /** The first network from a seed on whose numbers have 8 bits. */
  private static DrawnNetwork ofBytes(long seed) {
    return LongStream.range(seed, seed + 60)
        .mapToObj(DrawnNetwork::of)
        .filter(d -> d.core().codeBits() == 8)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {0, 10, 20, 30, 40, 50, 60, 70})
  void programsComputeWithTheProductsOfACircuit(long seed) {
    DrawnNetwork drawn = ofBytes(seed);
    List<String> names = List.of("drum8s-3", "mitchell8s", "cut8s-a2-b0", "bam8s-h2-v4", "exact8s");
    Design d = Design.parse(names.get((int) (seed / 10 % names.size())));
    ArrayProduct array = ArrayProduct.of(d, seed % 20 == 0);
    RtlDesign design = drawn.with(array).design(CoreUnits.of(array));
    Tensor codes = design.codes(Map.of("x", drawn.image()));
    isReplayed(design, codes);
    boolean differs =
        !design.evaluate(codes).get("logits").equals(drawn.design().evaluate(codes).get("logits"));
    assertThat(differs).as("%s is felt", d).isEqualTo(!d.name().equals("exact8s"));
  }

  /** Grad-CAM's weighted sum is exact on an array of others. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {7, 35})
  void theCoreMultipliesByACircuit(long seed, @TempDir Path folder) throws IOException {
    Verilator verilator = Installed.verilator();
    DrawnNetwork drawn = ofBytes(seed);
    ArrayProduct array = ArrayProduct.of(Design.parse("cut8s-a2-b0"), seed == 7);
    RtlDesign design = drawn.with(array).design(CoreUnits.of(array));
    assertThat(design.files()).containsKeys("rtl/product_cut8s_a2_b0.sv", "rtl/product_array.sv");
    write(folder, design.files());
    write(folder, design.testFiles(List.of(design.codes(Map.of("x", drawn.image())))));
    List<String> said =
        RtlDesign.simulate(verilator, folder, folder.resolve("build"), Duration.ofMinutes(5));
    assertThat(said).as("seed %d", seed).contains("PASS").hasSize(design.methods().size() + 1);
  }

  /** Small maps and large, and one of zeros. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aScaledMapHasTheLargestCodeAndKeepsItsOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long most = random.nextLong(1, 1L << 4 * seed - 1);
    long[] map = random.longs(50, 0, most + 1).toArray();
    map[7] = most;
    MapScale scaled = MapScale.of(map);
    assertThat(scaled.most()).isEqualTo(most);
    assertThat(scaled.codes()[7]).isEqualTo(32_767);
    for (int i = 0; i < map.length; i++) {
      assertThat((double) scaled.codes()[i]).isCloseTo(map[i] * 32_767.0 / most, within(1.0));
      assertThat(scaled.codes()[i]).isBetween(0L, 32_767L);
    }
    assertThat(MapScale.of(new long[5]).codes()).containsOnly(0);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {7, 28})
  void theCoreScalesMapsWhereItIsAskedTo(long seed, @TempDir Path folder) throws IOException {
    Verilator verilator = Installed.verilator();
    DrawnNetwork drawn = DrawnNetwork.of(seed);
    RtlDesign design = drawn.design(new CoreUnits(ArrayProduct.exact(), true));
    assertThat(design.methods()).endsWith(CoreUnits.SCALED).contains("gradcam");
    assertThat(design.cycles(List.of("gradcam", CoreUnits.SCALED)))
        .isGreaterThan(design.cycles(List.of("gradcam")));
    write(folder, design.files());
    write(folder, design.testFiles(List.of(design.codes(Map.of("x", drawn.image())))));
    assertThat(Files.readString(folder.resolve("test/expected.hex"))).contains("7fff");
    List<String> said =
        RtlDesign.simulate(verilator, folder, folder.resolve("build"), Duration.ofMinutes(5));
    assertThat(said).as("seed %d", seed).contains("PASS").hasSize(design.methods().size() + 1);
  }

  @Test
  void mapsToScaleAreThoseOfGradCam() {
    DrawnNetwork drawn =
        LongStream.range(0, 60)
            .mapToObj(DrawnNetwork::of)
            .filter(d -> !d.methodOf().containsValue("gradcam"))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> drawn.design(new CoreUnits(ArrayProduct.exact(), true)))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("scaled maps want to be those of Grad-CAM");
  }

  @Test
  void circuitsThatTheArrayCannotTakeAreRefused() {
    assertThatThrownBy(() -> circuit("drum8u-4")).hasMessageContaining("wants signed");
    assertThatThrownBy(() -> circuit("trunc8s-8"))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("wants products with 0 to be 0");
    DrawnNetwork wide =
        LongStream.range(0, 60)
            .mapToObj(DrawnNetwork::of)
            .filter(d -> d.core().codeBits() == 16)
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> wide.design(CoreUnits.of(circuit("drum8s-4"))))
        .hasMessageContaining("want codes and weights of 8 bits, got 16 and 16");
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
    for (Kind k : List.of(Kind.COMPUTE, Kind.SWEEP, Kind.TABLE, Kind.SCALE)) {
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
    DrawnNetwork drawn = ofBytes(1);
    DrawnNetwork approximate = drawn.with(circuit("drum8s-4"));
    assertThatThrownBy(() -> approximate.design(CoreUnits.of(circuit("kulkarni8s"))))
        .isInstanceOf(RtlException.class)
        .hasMessageContaining("exact or those of the core's array, kulkarni8s, not drum8s-4")
        .hasMessageContaining("IntegerConv");
    assertThatThrownBy(approximate::design).hasMessageContaining("array, exact, not drum8s-4");
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
