package whyc.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.files.TemporaryFolder;
import whyc.heatmap.Coding;
import whyc.heatmap.Grid;
import whyc.heatmap.Pruning;
import whyc.heatmap.TiledMap;
import whyc.measure.LargestThreshold;
import whyc.measure.RankCorrelation;
import whyc.tensor.Tensor;

/**
 * What real heat maps and gradients take: in the compressed format, in the usual encodings of
 * sparse numbers, as a PNG, and by zstd where its program is installed.
 */
@Command(
    name = "heatmap",
    description =
        "Tells what real heat maps and gradients take in the compressed format and in others. Names are ResNet-50 and ResNet-20.")
final class HeatmapBench extends Figure {
  private static final int BITS = 8;

  /** Sums over the maps of one network and kind. */
  private static final class Column {
    private long maps;
    private long numbers;
    private long nonZeros;
    private long tiles;
    private long present;
    private final Map<String, Double> bytes = new LinkedHashMap<>();

    void add(String encoding, double count) {
      bytes.merge(encoding, count, Double::sum);
    }
  }

  /** Of the largest number, below which the others are dropped for the second table. */
  private static final double[] THRESHOLDS = {0.1, 0.2, 0.3, 0.4, 0.5};

  /** Of a pruned map with the whole one, where the threshold is the largest that keeps it. */
  private static final double LEAST_CORRELATION = 0.95;

  private final Map<String, Column> whole = new LinkedHashMap<>();
  private final Map<String, Column> pruned = new LinkedHashMap<>();
  private boolean zstd;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "of each network; default ${DEFAULT-VALUE}")
  private int images = 8;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  HeatmapBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() {
    Path folder = data.folder();
    zstd = hasZstd();
    for (String network : only.of(RealMaps.NETWORKS, Function.identity())) {
      RealMaps.of(network, folder, images, this::measure);
    }
    out.printf(
        "Bytes of a map, and how often they go into those of float32; %d images, gradients of %d:%n%n",
        images, Math.min(images, RealMaps.WITH_GRADIENTS));
    print(whole);
    out.printf("%nThe same of Grad-CAM without its numbers below a share of the largest:%n%n");
    print(pruned);
  }

  private void measure(RealMaps.Sample s) {
    measure(s, whole, s.network() + ", " + s.kind());
    if (s.kind() == RealMaps.Kind.GRAD_CAM) {
      for (double t : THRESHOLDS) {
        measure(pruned(s, t), pruned, "%s, %.0f %%".formatted(s.network(), 100 * t));
      }
      double kept = LargestThreshold.find(t -> fidelity(s, t), LEAST_CORRELATION).threshold();
      measure(pruned(s, kept), pruned, s.network() + ", rank correlation 0.95");
    }
  }

  private static double fidelity(RealMaps.Sample s, double threshold) {
    return new RankCorrelation().of(s.map(), pruned(s, threshold).map());
  }

  private static RealMaps.Sample pruned(RealMaps.Sample s, double threshold) {
    Tensor left = new Pruning(Pruning.Score.NUMBER, threshold).apply(s.map());
    return new RealMaps.Sample(s.network(), s.kind(), left);
  }

  private void measure(RealMaps.Sample s, Map<String, Column> columns, String column) {
    Column c = columns.computeIfAbsent(column, _ -> new Column());
    TiledMap fours = map(s, 4, true);
    c.maps++;
    c.numbers += s.values().length;
    c.nonZeros += fours.nonZeros();
    c.tiles += fours.grid().tiles();
    c.present += fours.presentTiles();
    c.add("float32", 4.0 * s.values().length);
    c.add("float32, zstd -3", zstd(floats(s.values()), 3));
    c.add("**float32, tiles of 4**", packed(map(s, 4, false)));
    c.add("**float32, tiles of 8**", packed(map(s, 8, false)));
    c.add("8 bits", PlainSizes.raw(fours) / 8.0);
    c.add("element bitmap", PlainSizes.elementBitmap(fours) / 8.0);
    c.add("run lengths of 4 bits", PlainSizes.runLength(fours, 4) / 8.0);
    c.add("run lengths of 5 bits", PlainSizes.runLength(fours, 5) / 8.0);
    c.add("sparse rows (CSR)", PlainSizes.sparseRows(fours) / 8.0);
    c.add("PNG, grey", png(fours));
    c.add("zstd -3", zstd(bytes(fours), 3));
    boolean small = s.kind() != RealMaps.Kind.GRADIENT;
    c.add("zstd -19", small ? zstd(bytes(fours), 19) : Double.NaN);
    c.add("**tiles of 2**", packed(map(s, 2, true)));
    c.add("**tiles of 4**", packed(fours));
    c.add("**tiles of 8**", packed(map(s, 8, true)));
  }

  private static TiledMap map(RealMaps.Sample s, int tile, boolean rounded) {
    Grid grid = Grid.of(s.map().shape(), tile);
    return rounded ? TiledMap.quantized(grid, s.values(), BITS) : TiledMap.exact(grid, s.values());
  }

  private static double packed(TiledMap map) {
    return (double) map.compressedBytes();
  }

  private static byte[] floats(float[] values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return b.array();
  }

  /** Codes of 8 bits, signed ones from their middle on, as a picture wants them. */
  private static byte[] bytes(TiledMap map) {
    int middle = map.coding() instanceof Coding.FixedPoint f && f.signed() ? 128 : 0;
    int[] codes = map.codes();
    byte[] bytes = new byte[codes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (codes[i] + middle);
    }
    return bytes;
  }

  /** Channels stand below each other. */
  private static double png(TiledMap map) {
    Grid g = map.grid();
    BufferedImage image =
        new BufferedImage(g.width(), g.channels() * g.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] bytes = bytes(map);
    image.getRaster().setDataElements(0, 0, image.getWidth(), image.getHeight(), bytes);
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasZstd() {
    try {
      return new ProcessBuilder("zstd", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private double zstd(byte[] bytes, int level) {
    if (!zstd) {
      return Double.NaN;
    }
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-map")) {
      Path in = Files.write(folder.resolve("raw"), bytes);
      Path packed = folder.resolve("zst");
      int status =
          new ProcessBuilder(
                  "zstd", "-q", "-f", "-" + level, in.toString(), "-o", packed.toString())
              .inheritIO()
              .start()
              .waitFor();
      return status == 0 ? Files.size(packed) : Double.NaN;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void print(Map<String, Column> columns) {
    List<String> names = new ArrayList<>(List.of(""));
    names.addAll(columns.keySet());
    head(names);
    row("maps", columns, c -> "%d".formatted(c.maps));
    row("numbers that are not zero", columns, c -> share(c.nonZeros, c.numbers));
    row("tiles of 4 that are not empty", columns, c -> share(c.present, c.tiles));
    for (String encoding : columns.values().iterator().next().bytes.keySet()) {
      row(encoding, columns, c -> size(c, encoding));
    }
  }

  private static String size(Column c, String encoding) {
    double bytes = c.bytes.getOrDefault(encoding, Double.NaN);
    return Double.isNaN(bytes)
        ? "-"
        : String.format(Locale.ROOT, "%,.0f (%.2f)", bytes / c.maps, 4.0 * c.numbers / bytes);
  }

  private static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  private void row(String name, Map<String, Column> columns, Function<Column, String> cell) {
    List<String> cells = new ArrayList<>(List.of(name));
    columns.values().forEach(c -> cells.add(cell.apply(c)));
    row(cells);
  }
}
