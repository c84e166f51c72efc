package whyc.bench.jmh;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import whyc.bench.RealMaps;
import whyc.heatmap.ArchiveReader;
import whyc.heatmap.Grid;
import whyc.heatmap.MapRecord;
import whyc.heatmap.TiledMap;
import whyc.tensor.Npy;
import whyc.tensor.Tensor;

/**
 * Time to write and to read one real map: whyc from floats to a record with its checksums and back,
 * libraries from the bytes of floats, or of 8-bit codes that somebody made, to theirs and back.
 * Speeds are in bytes of float32, also where codes are what is compressed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HeatmapFormat {
  /** Where the maps are that forks read. */
  private static final String FOLDER = "whyc.bench.maps";

  /** What writes and reads. */
  public enum Codec {
    WHYC_8,
    WHYC_16,
    WHYC_FLOAT,
    ZSTD_FLOAT,
    LZ4_FLOAT,
    ZSTD_8,
    LZ4_8
  }

  @Param({"GRAD_CAM", "SALIENCY", "GRADIENT"})
  public RealMaps.Kind map = RealMaps.Kind.GRAD_CAM;

  @Param public Codec codec = Codec.WHYC_8;

  private Grid grid = new Grid(1, 1, 1, 8);
  private float[] values = {};
  private byte[] bytes = {};
  private byte[] packed = {};

  @Setup(Level.Trial)
  public void prepare() {
    Tensor tensor = tensor(Path.of(System.getProperty(FOLDER, ".")).resolve(map.name()));
    grid = Grid.of(tensor.shape(), 8);
    values = tensor.floats();
    bytes =
        switch (codec) {
          case ZSTD_FLOAT, LZ4_FLOAT -> floats();
          case ZSTD_8, LZ4_8 -> codes();
          case WHYC_8, WHYC_16, WHYC_FLOAT -> bytes;
        };
    packed = encode();
  }

  private static Tensor tensor(Path file) {
    try {
      return Npy.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps the first map of each kind that ResNet-50 leaves; of gradients the largest. */
  private static void keep(Path folder, RealMaps.Sample s) {
    try {
      Path file = folder.resolve(s.kind().name());
      file.toFile().deleteOnExit();
      if (!Files.exists(file) || Npy.read(file).size() < s.map().size()) {
        Files.write(file, Npy.write(s.map()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] floats() {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return b.array();
  }

  private byte[] codes() {
    int[] codes = TiledMap.quantized(grid, values, 8).codes();
    byte[] bytes = new byte[codes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) codes[i];
    }
    return bytes;
  }

  @Benchmark
  public byte[] encode() {
    return switch (codec) {
      case WHYC_8 -> record(TiledMap.quantized(grid, values, 8));
      case WHYC_16 -> record(TiledMap.quantized(grid, values, 16));
      case WHYC_FLOAT -> record(TiledMap.exact(grid, values));
      case ZSTD_FLOAT, ZSTD_8 -> Zstd.compress(bytes, 3);
      case LZ4_FLOAT, LZ4_8 -> lz4();
    };
  }

  private static byte[] record(TiledMap map) {
    return new MapRecord("map", Map.of(), false, map).bytes();
  }

  private byte[] lz4() {
    Lz4Compressor compressor = new Lz4Compressor();
    byte[] out = new byte[compressor.maxCompressedLength(bytes.length)];
    return Arrays.copyOf(out, compressor.compress(bytes, 0, bytes.length, out, 0, out.length));
  }

  @Benchmark
  public Object decode() {
    return switch (codec) {
      case WHYC_8, WHYC_16, WHYC_FLOAT -> read();
      case ZSTD_FLOAT, ZSTD_8 -> Zstd.decompress(packed, bytes.length);
      case LZ4_FLOAT, LZ4_8 -> {
        byte[] out = new byte[bytes.length];
        new Lz4Decompressor().decompress(packed, 0, packed.length, out, 0, out.length);
        yield out;
      }
    };
  }

  private float[] read() {
    try {
      var item = new ArchiveReader(new ByteArrayInputStream(packed)).next().orElseThrow();
      return switch (item) {
        case ArchiveReader.Item.Whole w -> w.record().map().map().values();
        case ArchiveReader.Item.Skipped s -> throw new IllegalStateException(s.toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of the map as float32, and as it is packed. */
  private long[] sizes() {
    return new long[] {4L * values.length, packed.length};
  }

  /** Runs all, and prints a table. An argument is a regular expression for what is measured. */
  public static void main(String[] args) throws IOException, RunnerException {
    Path folder = Files.createTempDirectory("whyc-maps");
    folder.toFile().deleteOnExit();
    System.setProperty(FOLDER, folder.toString());
    String data = System.getenv().getOrDefault("WHYC_TEST_DATA", "../shared/data");
    RealMaps.resNet50(Path.of(data), 1, s -> keep(folder, s));
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(args.length == 0 ? "HeatmapFormat" : args[0])
                    .jvmArgs("--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:+UseSerialGC")
                    .jvmArgsAppend("-D" + FOLDER + "=" + folder)
                    .build())
            .run();
    System.out.println("| map | codec | packed | times less | | GB/s, median | GB/s, best |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (RunResult r : results) {
      HeatmapFormat f = new HeatmapFormat();
      f.map = RealMaps.Kind.valueOf(r.getParams().getParam("map"));
      f.codec = Codec.valueOf(r.getParams().getParam("codec"));
      f.prepare();
      print(r, f);
    }
  }

  private static void print(RunResult r, HeatmapFormat f) {
    Result<?> times = r.getPrimaryResult();
    long[] sizes = f.sizes();
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %,d | %.2f | %s | %.2f | %.2f |%n",
        f.map,
        f.codec.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        sizes[1],
        (double) sizes[0] / sizes[1],
        r.getPrimaryResult().getLabel(),
        sizes[0] / times.getStatistics().getPercentile(50),
        sizes[0] / times.getStatistics().getMin());
  }
}
