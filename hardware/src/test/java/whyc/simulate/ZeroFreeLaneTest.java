package whyc.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.ManyCore;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Value;
import whyc.op.Window;
import whyc.rtl.Icarus;
import whyc.rtl.Installed;
import whyc.rtl.Verilator;
import whyc.simulate.Loops.Plane;
import whyc.tensor.Tensor;

/** The lane in RTL takes the cycles of the simulated core, and makes the same sums. */
final class ZeroFreeLaneTest {
  private static final Path CELLS = Path.of("src/main/sv");
  private static final Path BENCH = Path.of("src/test/sv/zero_free_lane_tb.sv");
  private static final String TOP = "zero_free_lane_tb";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What the test bench has room for: places along each side of a piece, and passes. */
  private static final int MOST_PLACES = 8;

  private static final int MOST_PASSES = 4;

  @TempDir private Path folder;

  private static List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    for (String cell :
        List.of(
            "presence_scanner", "window_axis", "zero_free_decoder", "mac_lane", "zero_free_lane")) {
      sources.add(CELLS.resolve(cell + ".sv"));
    }
    sources.add(BENCH);
    return sources;
  }

  private static ZeroFreeCore core(
      int multipliers, int valueBits, int side, int wordTiles, int port) {
    return ZeroFreeCoreTest.core(1, multipliers, valueBits, side, wordTiles, 1, port, true);
  }

  private String vectors(LaneVectors v) throws IOException {
    return "+vectors=" + Files.writeString(folder.resolve("vectors"), v.text()).toAbsolutePath();
  }

  @ParameterizedTest(name = "{0} multipliers, {1} bits, tiles of {2}, words of {3}, port of {4}")
  @CsvSource({"4, 8, 4, 16, 4", "3, 16, 2, 3, 3", "2, 8, 8, 64, 1"})
  void drawnTilesTakeTheSameCyclesAndMakeTheSameSums(
      int multipliers, int valueBits, int side, int wordTiles, int port) throws IOException {
    Verilator verilator = Installed.verilator();
    LaneVectors v = new LaneVectors(core(multipliers, valueBits, side, wordTiles, port));
    RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(side);
    for (int i = 0; i < 200; i++) {
      drawn(r, multipliers, valueBits, v);
    }
    List<String> options =
        List.of(
            "-GMultipliers=" + multipliers,
            "-GValueBits=" + valueBits,
            "-GSide=" + side,
            "-GWordTiles=" + wordTiles,
            "-GPortBytes=" + port);
    Path built = verilator.build(folder, TOP, sources(), options);
    assertThat(Verilator.run(built, List.of(vectors(v)), LIMIT)).contains("PASS 200\n");
  }

  @Test
  void icarusAgrees() throws IOException {
    Icarus icarus = Installed.icarus();
    LaneVectors v = new LaneVectors(core(4, 8, 4, 16, 4));
    RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    for (int i = 0; i < 20; i++) {
      drawn(r, 4, 8, v);
    }
    Path built = icarus.build(folder, TOP, sources(), List.of());
    assertThat(icarus.run(built, List.of(vectors(v)), LIMIT)).contains("PASS 20\n");
  }

  @Test
  void whatYosysMakesOfItAgrees() throws IOException {
    Verilator verilator = Installed.verilator();
    List<Path> cells = sources().subList(0, sources().size() - 1);
    Path scanner = cells.getFirst();
    Path netlist = folder.resolve("zero_free_lane.v");
    Installed.yosys().flatten("zero_free_lane", cells, Map.of(), netlist);
    LaneVectors v = new LaneVectors(core(4, 8, 4, 16, 4));
    RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
    for (int i = 0; i < 100; i++) {
      drawn(r, 4, 8, v);
    }
    List<String> options = List.of("-DNETLIST", "-Wno-fatal");
    Path built = verilator.build(folder, TOP, List.of(scanner, netlist, BENCH), options);
    assertThat(Verilator.run(built, List.of(vectors(v)), LIMIT)).contains("PASS 100\n");
  }

  private static void drawn(RandomGenerator r, int multipliers, int valueBits, LaneVectors v) {
    Loops l = loops(r, multipliers);
    int largest = 1 << (valueBits - 1);
    double[] x = new double[(int) l.inputs()];
    double density = r.nextDouble();
    for (int i = 0; i < x.length; i++) {
      x[i] = r.nextDouble() < density ? r.nextInt(-largest, largest) : 0;
    }
    double[] w = r.ints(l.weights(), -128, 128).asDoubleStream().toArray();
    Piece piece =
        new Piece(
            new Piece.Range(0, 1),
            range(r, l.outputChannels()),
            range(r, l.output().height()),
            range(r, l.output().width()));
    v.add(l, piece, x, w);
  }

  private static Piece.Range range(RandomGenerator r, int extent) {
    int from = r.nextInt(extent);
    return new Piece.Range(from, r.nextInt(from + 1, extent + 1));
  }

  private static Loops loops(RandomGenerator r, int multipliers) {
    boolean scatters = r.nextBoolean();
    int taps = r.nextInt(1, LaneVectors.TAPS + 1);
    int stride = r.nextInt(1, 3);
    int padding = r.nextInt(taps);
    Window window = Window.of(taps, taps, stride).padded(padding, padding, padding, padding);
    int most = scatters ? (MOST_PLACES + 2 * padding - taps) / stride + 1 : MOST_PLACES;
    Plane small = new Plane(r.nextInt(1, most + 1), r.nextInt(1, most + 1));
    int reach = taps - 2 * padding;
    Plane large =
        new Plane(
            Math.max(1, (small.height() - 1) * stride + reach),
            Math.max(1, (small.width() - 1) * stride + reach));
    return new Loops(
        1,
        r.nextInt(1, 7),
        r.nextInt(1, MOST_PASSES * multipliers + 1),
        scatters ? small : large,
        scatters ? large : small,
        window,
        scatters);
  }

  /**
   * Pieces of every layer whose window fits, of a network in 8 bits that explains a photograph:
   * forward ones with the zeros of ReLUs, backward ones with those of gates.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mlperf_tiny/ic_resnet8", "cifar10/resnet20_cifar10"})
  void tilesOfExplainedPhotographsTakeTheSameCycles(String network) throws IOException {
    Path data = Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    assumeTrue(Files.isDirectory(data), "reference data is absent: WHYC_TEST_DATA = " + data);
    Verilator verilator = Installed.verilator();
    Model model =
        Model.read(OnnxModel.read(data.resolve("models/" + network + ".onnx")), Optional.empty());
    LaneVectors v = new LaneVectors(core(4, 8, 4, 16, 4));
    boolean raw = network.startsWith("mlperf");
    Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    List<Layers.Layer> layers = Layers.of(model.graph(), q).candidates();
    for (Explanation e :
        List.of(new GradCam(layers.get(layers.size() / 2).name()), new Saliency())) {
      add(model, new Asked("why", e, q), photograph(data, raw), v);
    }
    assertThat(v.pieces()).isGreaterThan(20);
    Path built = verilator.build(folder, TOP, sources(), List.of());
    assertThat(Verilator.run(built, List.of(vectors(v)), LIMIT))
        .contains("PASS " + v.pieces() + "\n");
  }

  /** Red, green and blue of the first test image. */
  private static float[] photograph(Path data, boolean raw) throws IOException {
    byte[] bytes = Files.readAllBytes(data.resolve("images/cifar10/test_0000_1999.bin"));
    float[] x = new float[3072];
    for (int i = 0; i < x.length; i++) {
      int value = bytes[i + 1] & 255;
      x[i] = raw ? value : (value / 255f - 0.45f) / 0.226f;
    }
    return x;
  }

  private static void add(Model model, Asked asked, float[] image, LaneVectors v) {
    Graph g = Asked.all(model.graph(), List.of(asked)).withBatch(1);
    Map<String, Tensor> inputs =
        Map.of(model.input(), Tensor.of(g.inputs().getFirst().type().shape(), image));
    ManyCore machine = (ManyCore) Accelerator.of("epu-28nm");
    List<String> predictions = List.copyOf(model.graph().outputs().keySet());
    Graph quantised = Simulator.inFormat(machine, g, predictions, List.of(inputs));
    Map<Value, Tensor> seen = new HashMap<>(inputs(quantised, inputs));
    new Values(quantised).run(inputs, seen::put);
    for (Layer layer : Layer.of(quantised, predictions)) {
      Loops l = layer.loops();
      if (l.groups() == 1 && l.window().height() <= LaneVectors.TAPS && l.inputChannels() <= 64) {
        double[] x = layer.inputs(seen.get(layer.input()));
        v.add(l, corner(l), x, layer.weights(seen.get(layer.weight())));
      }
    }
  }

  private static Map<Value, Tensor> inputs(Graph g, Map<String, Tensor> inputs) {
    Map<Value, Tensor> seen = new HashMap<>();
    for (int i = 0; i < g.nodes().size(); i++) {
      if (g.nodes().get(i).op() instanceof whyc.op.Input in) {
        seen.put(new Value(i), inputs.get(in.input()));
      }
      if (g.nodes().get(i).op() instanceof whyc.op.Constant c) {
        seen.put(new Value(i), c.value());
      }
    }
    return seen;
  }

  /** The lower right corner of the output, of its last channels. */
  private static Piece corner(Loops l) {
    return new Piece(
        new Piece.Range(0, 1),
        last(l.outputChannels(), 4 * MOST_PASSES),
        last(l.output().height(), MOST_PLACES),
        last(l.output().width(), MOST_PLACES));
  }

  private static Piece.Range last(int extent, int most) {
    return new Piece.Range(Math.max(0, extent - most), extent);
  }
}
