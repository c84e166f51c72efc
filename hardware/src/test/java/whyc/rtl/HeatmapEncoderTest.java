package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.heatmap.Coding;
import whyc.heatmap.Grid;
import whyc.heatmap.MapRecord;
import whyc.heatmap.TiledMap;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.PrepareToQuantize;
import whyc.tensor.Tensor;

/** The encoder in RTL gives, byte for byte, the sections that records of the same codes have. */
final class HeatmapEncoderTest {
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/main/sv/heatmap_encoder.sv"), Path.of("src/test/sv/heatmap_encoder_tb.sv"));
  private static final String TOP = "heatmap_encoder_tb";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int[] EXTENTS = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31};

  /** Where a record's head says what the map's sections are. */
  private static final int FLAGS_AT = 5;

  private static final int NAME_AT = 24;
  private static final int METADATA_AT = 26;
  private static final int LENGTH_AT = 28;
  private static final int SUM_AT = 36;
  private static final int HEAD = 44;

  @TempDir private Path folder;

  /** Globally sparse, locally dense, or anything between. */
  private static TiledMap drawn(RandomGenerator r, int bits, int side) {
    Grid grid =
        new Grid(
            r.nextInt(1, 4),
            EXTENTS[r.nextInt(EXTENTS.length)],
            EXTENTS[r.nextInt(EXTENTS.length)],
            side);
    int[] codes = new int[grid.size()];
    double tiles = share(r);
    double numbers = share(r);
    for (int t = 0; t < grid.tiles(); t++) {
      boolean kept = r.nextDouble() < tiles;
      for (int at : places(grid, t)) {
        codes[at] = kept && r.nextDouble() < numbers ? r.nextInt(1, 1 << bits) : 0;
      }
    }
    return TiledMap.ofCodes(grid, new Coding.FixedPoint(bits, false, 1), codes);
  }

  private static double share(RandomGenerator r) {
    return switch (r.nextInt(4)) {
      case 0 -> 0;
      case 1 -> 1;
      default -> r.nextDouble();
    };
  }

  /** Where the numbers of a tile stand in the map, row by row. */
  private static List<Integer> places(Grid grid, int tile) {
    List<Integer> places = new ArrayList<>();
    int column = tile % grid.tilesAcross();
    int row = tile / grid.tilesAcross() % grid.tilesDown();
    for (int y = 0; y < grid.rowsAt(row); y++) {
      for (int x = 0; x < grid.columnsAt(column); x++) {
        places.add(grid.startOf(tile) + y * grid.width() + x);
      }
    }
    return places;
  }

  /** The codes of a map in the order of its tiles, and what its record says. */
  private static void describe(TiledMap map, StringBuilder text) {
    Grid grid = map.grid();
    ByteBuffer record =
        ByteBuffer.wrap(new MapRecord("map", Map.of(), false, map).bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    text.append(grid.channels()).append(' ').append(grid.height()).append(' ');
    text.append(grid.width()).append(' ').append(grid.size());
    int mask = (1 << map.coding().bits()) - 1;
    for (int t = 0; t < grid.tiles(); t++) {
      for (int at : places(grid, t)) {
        text.append(' ').append(Integer.toHexString(map.codes()[at] & mask));
      }
    }
    text.append('\n').append((record.get(FLAGS_AT) & 4) >> 2).append(' ');
    text.append(Integer.toHexString(record.getInt(SUM_AT))).append(' ');
    int length = record.getInt(LENGTH_AT);
    text.append(length);
    int from = HEAD + record.getShort(NAME_AT) + record.getShort(METADATA_AT);
    assertThat(from + length).isEqualTo(record.limit());
    for (int i = 0; i < length; i++) {
      text.append(' ').append(Integer.toHexString(record.get(from + i) & 255));
    }
    text.append('\n');
  }

  private String vectors(List<TiledMap> maps) throws IOException {
    StringBuilder text = new StringBuilder(maps.size() + "\n");
    maps.forEach(map -> describe(map, text));
    return "+vectors=" + Files.writeString(folder.resolve("vectors"), text).toAbsolutePath();
  }

  private static List<TiledMap> drawn(int count, int bits, int side) {
    RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(31 * bits + side);
    List<TiledMap> maps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      maps.add(drawn(r, bits, side));
    }
    return maps;
  }

  @ParameterizedTest(name = "{0} bits, tiles of {1}")
  @CsvSource({"8, 4", "5, 2", "13, 8"})
  void drawnMapsGiveTheBytesOfTheirRecords(int bits, int side) throws IOException {
    Verilator verilator = Installed.verilator();
    List<TiledMap> maps = drawn(300, bits, side);
    Path built = verilator.build(folder, TOP, SOURCES, List.of("-GBits=" + bits, "-GSide=" + side));
    assertThat(Verilator.run(built, List.of(vectors(maps)), LIMIT)).contains("PASS 300 maps");
  }

  @Test
  void icarusAgrees() throws IOException {
    Icarus icarus = Installed.icarus();
    Path built = icarus.build(folder, TOP, SOURCES, List.of());
    assertThat(icarus.run(built, List.of(vectors(drawn(20, 8, 4))), LIMIT))
        .contains("PASS 20 maps");
  }

  @Test
  void whatYosysMakesOfItAgrees() throws IOException {
    Verilator verilator = Installed.verilator();
    Path netlist = folder.resolve("heatmap_encoder.v");
    Map<String, Integer> sizes = Map.of("MaxCodes", 1 << 16, "MaxTiles", 1 << 14, "ExtentBits", 12);
    Installed.yosys().flatten("heatmap_encoder", SOURCES.subList(0, 1), sizes, netlist);
    Path built =
        verilator.build(
            folder, TOP, List.of(netlist, SOURCES.getLast()), List.of("-DNETLIST", "-Wno-fatal"));
    assertThat(Verilator.run(built, List.of(vectors(drawn(100, 8, 4))), LIMIT))
        .contains("PASS 100 maps");
  }

  /** Grad-CAM and saliency of a trained network, whole, and without what is small. */
  @Test
  void mapsOfPhotographsGiveTheBytesOfTheirRecords() throws IOException {
    Path data = Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    assumeTrue(Files.isDirectory(data), "reference data is absent: WHYC_TEST_DATA = " + data);
    Verilator verilator = Installed.verilator();
    Model model =
        Model.read(
            OnnxModel.read(data.resolve("models/mlperf_tiny/ic_resnet8.onnx")), Optional.empty());
    Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    byte[] images = Files.readAllBytes(data.resolve("images/cifar10/test_0000_1999.bin"));
    String first = Layers.of(model.graph(), q).candidates().getFirst().name();
    List<TiledMap> maps = new ArrayList<>();
    for (Explanation e : List.of(new GradCam(first), new Saliency())) {
      Graph g =
          new PrepareToQuantize()
              .apply(Asked.all(model.graph(), List.of(new Asked("why", e, q))).withBatch(1));
      for (int image = 0; image < 4; image++) {
        Tensor x = photograph(g, images, image);
        Tensor why = Interpreter.run(g, Map.of(model.input(), x)).get("why");
        maps.add(TiledMap.quantized(Grid.of(why.shape(), 4), why.floats(), 8));
        maps.add(withoutSmall(maps.getLast()));
      }
    }
    Path built = verilator.build(folder, TOP, SOURCES, List.of());
    assertThat(Verilator.run(built, List.of(vectors(maps)), LIMIT)).contains("PASS 16 maps");
  }

  private static Tensor photograph(Graph g, byte[] images, int image) {
    float[] x = new float[3072];
    for (int i = 0; i < x.length; i++) {
      x[i] = images[image * 3073 + 1 + i] & 255;
    }
    return Tensor.of(g.inputs().getFirst().type().shape(), x);
  }

  private static TiledMap withoutSmall(TiledMap map) {
    int[] codes = map.codes().clone();
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Math.abs(codes[i]) < 40 ? 0 : codes[i];
    }
    return TiledMap.ofCodes(map.grid(), map.coding(), codes);
  }
}
