package whyc.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
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
 * against plain loops over the same memory, pair by pair. A convolution's time is that of all it
 * does, from the image's bytes to the sums.
 */
final class ProductBench {
  private ProductBench() {}

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
    long multiplyAdds() {
      return (long) taps * taps * channels * extent * extent * outputs;
    }

    Window window() {
      int border = taps / 2;
      return Window.of(taps, taps, 1).padded(border, border, border, border);
    }
  }

  static void run(double seconds, PrintStream out) {
    out.println("| layer | product | G multiply-adds/s | quartiles | plain loops | ratio |");
    out.println("|---|---|---|---|---|---|");
    for (Layer layer : LAYERS) {
      products().forEach((name, product) -> row(layer, name, product, seconds, out));
    }
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
            product -= (a >> bit & b >> bit & 1) << 2 * bit;
          }
          return product;
        });
  }

  private static void row(
      Layer layer, String name, Product product, double seconds, PrintStream out) {
    SplittableRandom random = new SplittableRandom(1);
    Shape image = Shape.of(1, layer.channels, layer.extent, layer.extent);
    Tensor weight = bytes(random, Shape.of(layer.outputs, layer.channels, layer.taps, layer.taps));
    byte[] x = bytes(random, image).bytes();
    IntegerConv op = new IntegerConv(layer.window(), 1, 0, product);
    TensorType type = new TensorType(ElementType.UINT8, image);
    IntegerConvolution fast = IntegerConvolution.of(op, type, weight);
    IntegerConvolution plain = IntegerConvolution.plain(op, type, weight);
    Workspace fastWork = Workspace.of(fast.workspace());
    Workspace plainWork = Workspace.of(plain.workspace());
    int[] y = new int[layer.outputs * layer.extent * layer.extent];
    Pairs.Result r =
        Pairs.measure(
            () -> fast.run(x, 0, y, 0, fastWork), () -> plain.run(x, 0, y, 0, plainWork), seconds);
    double giga = layer.multiplyAdds() / 1e6;
    out.printf(
        Locale.ROOT,
        "| %dx%d, %d@%d to %d | %s | **%.1f** | %.1f to %.1f | %.1f | %.0f |%n",
        layer.taps,
        layer.taps,
        layer.channels,
        layer.extent,
        layer.outputs,
        name,
        giga / r.base(),
        giga / r.baseHigh(),
        giga / r.baseLow(),
        giga / r.other(),
        r.ratio());
  }

  private static Tensor bytes(SplittableRandom random, Shape shape) {
    byte[] bytes = new byte[shape.size()];
    random.nextBytes(bytes);
    return Tensor.ofBytes(ElementType.INT8, shape, bytes);
  }
}
