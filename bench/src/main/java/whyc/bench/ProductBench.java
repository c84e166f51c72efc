package whyc.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.engine.jvm.integer.IntegerConvolution;
import whyc.engine.jvm.integer.Workspace;
import whyc.op.IntegerConv;
import whyc.op.Product;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * How fast convolutions of bytes are on one core, by the product that they multiply with: vectors
 * against plain loops over the same memory, in turn. A convolution's time is that of all it does,
 * from the image's bytes to the sums.
 */
@Command(
    name = "products",
    description =
        "Times convolutions of bytes with exact and approximate products. Names are as in \"3x3, 16@32 to 16, rank 2\".")
final class ProductBench extends Figure {

  /**
   * Layers of small and large images; the first is a matrix product of 784 x 1152 by 1152 x 128.
   */
  private static final List<Layer> LAYERS =
      List.of(
          new Layer(1, 1152, 28, 128),
          new Layer(3, 64, 56, 64),
          new Layer(3, 128, 28, 128),
          new Layer(3, 256, 14, 256),
          new Layer(3, 16, 32, 16));

  /** A convolution that keeps the extent of its images. */
  private record Layer(int taps, int channels, int extent, int outputs) {
    @Override
    public String toString() {
      return "%dx%d, %d@%d to %d".formatted(taps, taps, channels, extent, outputs);
    }

    long multiplyAdds() {
      return (long) taps * taps * channels * extent * extent * outputs;
    }

    Window window() {
      int border = taps / 2;
      return Window.of(taps, taps, 1).padded(border, border, border, border);
    }
  }

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "for each row; default ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Mixin private Only only = new Only();

  ProductBench(PrintStream out) {
    super(out);
  }

  /** A layer with one product. */
  private record Row(Layer layer, String productName, Product product) {
    String name() {
      return layer + ", " + productName;
    }
  }

  @Override
  void measure() {
    List<Row> rows = new ArrayList<>();
    for (Layer layer : LAYERS) {
      products().forEach((name, product) -> rows.add(new Row(layer, name, product)));
    }
    List<Row> some = only.of(rows, Row::name);
    head("layer", "product", "G multiply-adds/s", "quartiles", "plain loops", "ratio");
    some.forEach(this::measure);
  }

  private static Map<String, Product> products() {
    Map<String, Product> products = new LinkedHashMap<>();
    products.put("exact", Product.exact());
    products.put("masked", Product.table("masked", (a, b) -> (a & ~3) * (b & ~7)));
    for (int rank : new int[] {1, 2, 3, 4}) {
      products.put("rank " + rank, ofRank(rank));
    }
    products.put(
        "any table", Product.table("any", new SplittableRandom(1).ints(65536, 0, 65536).toArray()));
    return products;
  }

  /** Odd operands, and without the lowest bits' products with themselves. */
  private static Product ofRank(int rank) {
    return Product.table(
        "rank " + rank,
        (a, b) -> {
          int product = (a | 1) * (b | 1);
          for (int bit = 1; bit < rank; bit++) {
            product -= ((a >> bit) & (b >> bit) & 1) << (2 * bit);
          }
          return product;
        });
  }

  private void measure(Row row) {
    Layer layer = row.layer;
    SplittableRandom random = new SplittableRandom(1);
    Shape image = Shape.of(1, layer.channels, layer.extent, layer.extent);
    Tensor weight = bytes(random, Shape.of(layer.outputs, layer.channels, layer.taps, layer.taps));
    byte[] x = bytes(random, image).bytes();
    IntegerConv op = new IntegerConv(layer.window(), 1, 0, row.product);
    TensorType type = new TensorType(ElementType.UINT8, image);
    IntegerConvolution fast = IntegerConvolution.of(op, type, weight);
    IntegerConvolution plain = IntegerConvolution.plain(op, type, weight);
    Workspace fastWork = Workspace.of(fast.workspace());
    Workspace plainWork = Workspace.of(plain.workspace());
    int[] y = new int[layer.outputs * layer.extent * layer.extent];
    Rounds r =
        Rounds.measure(
            List.of(
                Rounds.onOneThread(() -> fast.run(x, 0, y, 0, fastWork)),
                Rounds.onOneThread(() -> plain.run(x, 0, y, 0, plainWork))),
            0,
            seconds);
    double giga = layer.multiplyAdds() / 1e6;
    Rounds.Spread time = r.time(0);
    out.printf(
        Locale.ROOT,
        "| %s | %s | **%.1f** | %.1f to %.1f | %.1f | %.0f |%n",
        layer,
        row.productName,
        giga / time.median(),
        giga / time.high(),
        giga / time.low(),
        giga / r.median(1),
        r.ratio(1, 0).median());
  }

  private static Tensor bytes(SplittableRandom random, Shape shape) {
    byte[] bytes = new byte[shape.size()];
    random.nextBytes(bytes);
    return Tensor.ofBytes(ElementType.INT8, shape, bytes);
  }
}
