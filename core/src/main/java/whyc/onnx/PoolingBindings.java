package whyc.onnx;

import static whyc.onnx.Binding.single;
import static whyc.onnx.WindowReader.asBefore;
import static whyc.onnx.WindowReader.asImage;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import whyc.op.MaxPool;
import whyc.op.Op;
import whyc.op.Pow;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Pooling over windows and over whole images. */
final class PoolingBindings {
  private PoolingBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("AveragePool", single(PoolingBindings::averagePool)),
          Map.entry("GlobalAveragePool", single(n -> n.g.mean(n.operand(0), spatial(n)))),
          Map.entry("GlobalLpPool", single(n -> norm(n, x -> n.g.sum(x, spatial(n))))),
          Map.entry("GlobalMaxPool", single(n -> n.g.maximum(n.operand(0), spatial(n)))),
          Map.entry("LpPool", single(n -> norm(n, x -> pooled(n, x, SumPool::new)))),
          Map.entry("MaxPool", single(n -> pooled(n, n.operand(0), MaxPool::new))));

  static int[] spatial(OnnxNode n) {
    return IntStream.range(2, n.rank(0)).toArray();
  }

  private static Value pooled(OnnxNode n, Value x, Function<Window, Op> op) {
    Value image = asImage(n, x);
    return asBefore(n, n.emit(op.apply(window(n, image)), image), x);
  }

  private static Window window(OnnxNode n, Value image) {
    return WindowReader.window(n, n.g.shape(image), n.integers("kernel_shape"));
  }

  /** {@code (sum of |x|^p)^(1/p)}. */
  private static Value norm(OnnxNode n, UnaryOperator<Value> sum) {
    Value x = n.operand(0);
    long p = n.integer("p", 2);
    if (p < 1) {
      throw new IllegalArgumentException("wants p of at least 1, got " + p);
    }
    if (p == 1) {
      return sum.apply(n.g.abs(x));
    }
    if (p == 2) {
      return n.g.sqrt(sum.apply(n.g.square(x)));
    }
    Value powers = n.emit(new Pow(), n.g.abs(x), n.g.scalar((double) p, x));
    return n.emit(new Pow(), sum.apply(powers), n.g.scalar(1.0 / p, x));
  }

  /**
   * A window that is the whole image takes its mean, and is written as one: so a global average is
   * the same operator however an exporter spells it.
   */
  private static Value averagePool(OnnxNode n) {
    Value x = asImage(n, n.operand(0));
    Window window = window(n, x);
    boolean includePadding = n.integer("count_include_pad", 0) != 0;
    Shape in = n.g.shape(x);
    Window plane = Window.of(in.dim(2), in.dim(3), 1);
    if (window.equals(plane.withStrides(window.strideY(), window.strideX()))) {
      return asBefore(n, n.g.mean(x, 2, 3), n.operand(0));
    }
    // Padding that rounding up added is never counted.
    Window counted = includePadding ? givenPads(n, window) : window.padded(0, 0, 0, 0);
    Value sum = n.emit(new SumPool(window), x);
    Shape out = n.g.shape(sum);
    double[] reciprocals = new double[Limits.made((long) out.dim(2) * out.dim(3))];
    for (int i = 0; i < out.dim(2); i++) {
      int top = i * window.strideY() - window.top();
      int rows =
          covered(
              top,
              window.height(),
              window.dilationY(),
              -counted.top(),
              n.g.shape(x).dim(2) + counted.bottom());
      for (int j = 0; j < out.dim(3); j++) {
        int left = j * window.strideX() - window.left();
        int columns =
            covered(
                left,
                window.width(),
                window.dilationX(),
                -counted.left(),
                n.g.shape(x).dim(3) + counted.right());
        reciprocals[i * out.dim(3) + j] = 1.0 / ((long) rows * columns);
      }
    }
    Tensor factors =
        Tensor.of(n.typeOf(0).with(Shape.of(1, 1, out.dim(2), out.dim(3))), reciprocals);
    Value factor = factors.isUniform() ? n.g.scalar(reciprocals[0], x) : n.g.constant(factors);
    return asBefore(n, n.g.mul(sum, factor), n.operand(0));
  }

  /** The window with the padding that the file itself gives or asks for. */
  private static Window givenPads(OnnxNode n, Window window) {
    if (n.text("auto_pad", "NOTSET").startsWith("SAME")) {
      return window;
    }
    int axes = n.rank(0) - 2;
    List<Integer> pads = n.integers("pads", 2 * axes, 0);
    return window.padded(window.top(), window.left(), axes == 1 ? 0 : pads.get(2), pads.getLast());
  }

  /** Taps of a window that lie from {@code first} up to, but not including, {@code end}. */
  private static int covered(int start, int taps, int dilation, int first, int end) {
    int from = Math.max(0, Math.ceilDiv(first - start, dilation));
    int to = Math.min(taps, Math.ceilDiv(end - start, dilation));
    return Math.max(0, to - from);
  }
}
