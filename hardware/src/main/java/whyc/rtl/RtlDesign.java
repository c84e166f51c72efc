package whyc.rtl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.tensor.Tensor;

/**
 * A quantised network and its explanations as hardware: one array of multipliers, a program for it,
 * and what its memories begin with.
 *
 * <p>Codes come in and codes go out; {@link Program.Port#scale} says what a code is worth. The
 * graph's own evaluation in integers is the truth: the core gives the same bits.
 */
public final class RtlDesign {
  private static final List<Cell> TOPS = List.of(new Cell("explain_core"), new Cell("core_axi"));

  private static final List<Cell> STREAMED_TOPS =
      Stream.concat(TOPS.stream(), Stream.of(new Cell("axi_reader"))).toList();

  private final IntegerGraph source;
  private final Program program;

  private RtlDesign(IntegerGraph source, Program program) {
    this.source = source;
    this.program = program;
  }

  /**
   * Compiles a quantised graph.
   *
   * @param methodOf for each output that is wanted, what it is computed for: whoever runs the core
   *     asks for methods. The first is the prediction.
   * @throws RtlException if the core cannot take the graph, before anything is made
   */
  public static RtlDesign of(
      Graph quantised, SequencedMap<String, String> methodOf, CoreShape core) {
    return of(quantised, methodOf, core, CoreUnits.plain());
  }

  /** The same with other units. The graph's lines have the products of the array, or exact ones. */
  public static RtlDesign of(
      Graph quantised, SequencedMap<String, String> methodOf, CoreShape core, CoreUnits units) {
    Graph one =
        quantised.inputs().stream().allMatch(i -> i.type().shape().dim(0) == 1)
            ? quantised
            : quantised.withBatch(1);
    IntegerGraph source = IntegerGraph.of(one, methodOf);
    return new RtlDesign(source, Lowering.program(source, core, units));
  }

  public Program program() {
    return program;
  }

  /** What can be asked for, by bit. */
  public List<String> methods() {
    return program.methods();
  }

  /** The codes of a real input, which may have been prepared before by the graph itself. */
  public Tensor codes(Map<String, Tensor> input) {
    return Interpreter.run(source.entry(), input).sequencedValues().getFirst();
  }

  /** The reference: codes in, codes out. */
  public SequencedMap<String, Tensor> evaluate(Tensor codes) {
    Input input = (Input) source.graph().node(source.input().value()).op();
    return Interpreter.run(source.graph(), Map.of(input.input(), codes));
  }

  /** Cycles of a run that computes the prediction and what else is asked for. */
  public long cycles(List<String> asked) {
    return CycleCount.of(program, bits(asked)).cycles();
  }

  private int bits(List<String> asked) {
    return asked.stream().mapToInt(m -> 1 << methods().indexOf(m)).reduce(1, (a, b) -> a | b);
  }

  /**
   * Pieces of lines that such a run reads from a memory of weights outside: beats of its port.
   *
   * @return 0 where weights lie on the chip
   */
  public long weightBeats(List<String> asked) {
    long lines = CycleCount.of(program, bits(asked)).streamedLines();
    return lines * (program.core().lineBits() / program.core().portBits());
  }

  /** What each instruction of such a run takes. */
  public List<Phase> phases(List<String> asked) {
    return CycleCount.of(program, bits(asked)).lines().stream()
        .map(l -> new Phase(l.instruction().name(), l.cycles(), l.instruction().multiplyAdds()))
        .toList();
  }

  /**
   * An instruction's share of a run.
   *
   * @param multiplyAdds without those of padding
   */
  public record Phase(String name, long cycles, long multiplyAdds) {}

  /** Bits of masks and switches, which is all that explanations need of the forward pass. */
  public long decisionBits() {
    return (long) program.memories().getOrDefault(CoreStorage.MASKS, 0L) * program.core().lanes()
        + program.memories().getOrDefault(CoreStorage.SWITCHES, 0L)
            * program.core().lanes()
            * program.tapBits();
  }

  /** Bits of all values of the forward pass that explanations would keep without masks. */
  public long activationBits() {
    return program.instructions().stream()
            .filter(i -> i.has(Flag.MASK) || i.has(Flag.WRITES_SWITCH))
            .mapToLong(i ->
                (long) i.get(Field.PLANE_ROWS)
                    * i.get(Field.PLANE_COLUMNS)
                    * i.get(Field.GROUPS_OUT))
            .sum()
        * program.core().lanes()
        * program.core().codeBits();
  }

  /** Sources and memories by path. */
  public SequencedMap<String, String> files() {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put("rtl/" + CoreText.MODULE + ".sv", CoreText.of(program));
    files.put("rtl/" + AxiText.MODULE + ".sv", AxiText.of(program));
    for (Cell top : StreamText.isStreamed(program) ? STREAMED_TOPS : TOPS) {
      files.put("rtl/" + top.name() + ".sv", top.text());
      top.parts().forEach(c -> files.put("rtl/" + c.name() + ".sv", c.text()));
    }
    program.array().module().ifPresent(m -> product(files, m));
    Images.of(program).forEach((name, text) -> files.put("rtl/" + name, text));
    files.put("schedule.txt", ProgramText.of(program));
    return files;
  }

  /** The array's own multiplier instead of the exact one. */
  private void product(SequencedMap<String, String> files, ProductModule module) {
    module.cells().forEach(c -> files.put("rtl/" + c.name() + ".sv", c.text()));
    files.put("rtl/" + module.name() + ".sv", module.text());
    files.put("rtl/product.sv", module.asProductOfArrays(program.array().isSwapped()));
  }

  /**
   * A test bench that runs images by each method and checks every code, the class and the cycles.
   *
   * @param images codes {@code [1,C,h,w]}
   */
  public SequencedMap<String, String> testFiles(List<Tensor> images) {
    return testFiles(images, images.stream().map(this::evaluate).toList());
  }

  /**
   * The same where the reference has been evaluated before.
   *
   * @param references of each image, what {@link #evaluate} says
   */
  public SequencedMap<String, String> testFiles(
      List<Tensor> images, List<SequencedMap<String, Tensor>> references) {
    List<TestBench.Run> runs = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      Tensor image = images.get(i);
      SequencedMap<String, Tensor> expected = references.get(i);
      IntStream.range(0, methods().size())
          .map(this::asked)
          .forEach(asked -> runs.add(run(image, expected, asked)));
    }
    SequencedMap<String, String> files = new LinkedHashMap<>();
    TestBench.of(program, runs).forEach((name, text) -> files.put("test/" + name, text));
    return files;
  }

  /** A method along with the prediction, and what is scaled along with that. */
  private int asked(int method) {
    int alone = 1 | 1 << method;
    return program.outputs().stream()
        .filter(o -> program.scales(o, alone))
        .mapToInt(o -> 1 << o.method())
        .reduce(alone, (a, b) -> a | b);
  }

  private TestBench.Run run(Tensor image, SequencedMap<String, Tensor> expected, int asked) {
    List<long[]> outputs =
        program.outputs().stream()
            .filter(o -> (asked >> o.method() & 1) != 0)
            .map(o -> codes(of(expected, o.name()).longs(), program.scales(o, asked)))
            .toList();
    int winner =
        source.outputs().stream()
            .filter(o -> o.method() == 0 && of(expected, o.name()).size() == 1)
            .mapToInt(o -> (int) of(expected, o.name()).longs()[0])
            .findFirst()
            .orElse(0);
    return TestBench.expected(program, image.longs(), asked, winner, outputs);
  }

  /** Codes as the core leaves them; of a scaled map, what was its largest as a second channel. */
  private static long[] codes(long[] codes, boolean isScaled) {
    if (!isScaled) {
      return codes;
    }
    MapScale scaled = MapScale.of(codes);
    long[] both = Arrays.copyOf(scaled.codes(), 2 * codes.length);
    Arrays.fill(both, codes.length, both.length, scaled.most());
    return both;
  }

  private static Tensor of(SequencedMap<String, Tensor> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name));
  }

  /**
   * Builds a folder's test bench with Verilator and runs it.
   *
   * @param folder that holds {@code rtl} and {@code test}
   * @param build where what is built goes
   * @return what the bench wrote: a line for each run, then whether all is as it should be
   * @throws ToolException if a tool fails
   */
  public static List<String> simulate(Verilator verilator, Path folder, Path build, Duration limit)
      throws IOException {
    List<Path> sources = new ArrayList<>(sources(folder.resolve("rtl")));
    sources.add(folder.resolve("test/" + TestBench.MODULE + ".sv"));
    Files.createDirectories(build);
    Path all = Files.createDirectories(build.resolve("data"));
    for (String part : List.of("rtl", "test")) {
      try (var files = Files.list(folder.resolve(part))) {
        for (Path hex : files.filter(f -> f.toString().endsWith(".hex")).toList()) {
          Files.copy(hex, all.resolve(String.valueOf(hex.getFileName())));
        }
      }
    }
    Path program =
        verilator.build(
            Files.createDirectories(build.resolve("obj")),
            TestBench.MODULE,
            sources,
            List.of("-O3", "-GFolder=\"" + all.toAbsolutePath() + "\""));
    return Verilator.run(program, List.of(), limit)
        .lines()
        .filter(l -> !l.startsWith("- "))
        .toList();
  }

  /** What the core takes of an FPGA, its memories included. */
  public Resources synthesize(Yosys yosys, Family family) throws IOException {
    return Workplace.with(
        files(),
        CoreText.MODULE,
        folder -> yosys.synthesize(family, CoreText.MODULE, sources(folder), Map.of()));
  }

  /** The sources of a folder, in the order of their names. */
  public static List<Path> sources(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".sv")).sorted().toList();
    }
  }
}
