package whyc.onnx;

import static whyc.onnx.Binding.single;
import static whyc.onnx.WindowReader.asBefore;
import static whyc.onnx.WindowReader.asImage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.op.AxisProduct;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Pad;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/** Layers with weights: convolutions and matrix products. */
final class LayerBindings {
  private LayerBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Conv", single(LayerBindings::conv)),
          Map.entry("ConvTranspose", single(LayerBindings::convTranspose)),
          Map.entry("CumSum", single(LayerBindings::cumSum)),
          Map.entry("Einsum", single(n -> Einsum.of(n.text("equation", "")).value(n.g, n.all()))),
          Map.entry("Gemm", single(LayerBindings::gemm)),
          Map.entry("MatMul", single(n -> matMul(n, n.operand(0), n.operand(1)))));

  private static Value conv(OnnxNode n) {
    return withBias(n, conv(n, n.operand(0), n.operand(1)), n.optional(2));
  }

  /** The convolution that the attributes describe, without a bias. */
  static Value conv(OnnxNode n, Value x, Value w) {
    Value image = asImage(n, x);
    Value weight = asImage(n, w);
    List<Integer> kernel = n.g.shape(w).dims().subList(2, n.g.shape(w).rank());
    Window window = WindowReader.window(n, n.g.shape(image), kernel);
    return asBefore(n, n.emit(new Conv(window, groups(n)), image, weight), x);
  }

  private static int groups(OnnxNode n) {
    return Math.toIntExact(n.integer("group", 1));
  }

  private static Value withBias(OnnxNode n, Value y, Optional<Value> bias) {
    return bias.isPresent() ? n.g.add(y, n.perChannel(bias.get(), n.g.shape(y).rank())) : y;
  }

  /**
   * A transposed convolution. Its extent is {@code (in - 1) * stride + reach - before - after +
   * extra} along each axis; {@code output_shape} and {@code auto_pad} say the extent and leave the
   * padding to be found.
   */
  private static Value convTranspose(OnnxNode n) {
    Value x = asImage(n, n.operand(0));
    Value w = asImage(n, n.operand(1));
    int axes = n.rank(0) - 2;
    List<Integer> kernel = n.shape(1).dims().subList(2, n.rank(1));
    List<Integer> strides = n.integers("strides", axes, 1);
    List<Integer> dilations = n.integers("dilations", axes, 1);
    List<Integer> pads = n.integers("pads", 2 * axes, 0);
    List<Integer> outputPadding = n.integers("output_padding", axes, 0);
    List<Integer> outputShape = n.integers("output_shape");
    if (kernel.size() != axes) {
      throw new IllegalArgumentException(
          "wants a weight of the image's rank, got " + n.shape(1) + " for " + n.shape(0));
    }
    WindowReader.refuseUnbounded(kernel, strides, dilations, pads, outputPadding, outputShape);
    if (!outputShape.isEmpty() && outputShape.size() != axes && outputShape.size() != axes + 2) {
      throw new IllegalArgumentException(
          "wants an output_shape of " + axes + " extents, got " + outputShape);
    }
    String auto = n.text("auto_pad", "NOTSET");
    boolean same = auto.startsWith("SAME");
    int[] before = new int[2];
    int[] after = new int[2];
    int[] extra = new int[2];
    int[] behind = new int[2];
    for (int a = 0; a < axes; a++) {
      int axis = 2 - axes + a;
      int extent = n.g.shape(x).dim(2 + axis);
      extra[axis] = outputPadding.get(a);
      if (outputShape.isEmpty() && !same) {
        before[axis] = auto.equals("VALID") ? 0 : pads.get(a);
        after[axis] = auto.equals("VALID") ? 0 : pads.get(a + axes);
      } else {
        int wanted =
            outputShape.isEmpty()
                ? extent * strides.get(a)
                : outputShape.get(outputShape.size() - axes + a);
        int full = (extent - 1) * strides.get(a) + dilations.get(a) * (kernel.get(a) - 1) + 1;
        int total = full + extra[axis] - wanted;
        extra[axis] += Math.max(0, -total);
        before[axis] = WindowReader.before(auto, Math.max(0, total));
        after[axis] = Math.max(0, total) - before[axis];
      }
      int cut = Math.min(extra[axis], after[axis]);
      after[axis] -= cut;
      extra[axis] -= cut;
      behind[axis] = Math.max(0, extra[axis] - strides.get(a) + 1);
      extra[axis] -= behind[axis];
    }
    Window window =
        new Window(
            axes == 1 ? 1 : kernel.getFirst(),
            kernel.getLast(),
            axes == 1 ? 1 : strides.getFirst(),
            strides.getLast(),
            before[0],
            before[1],
            after[0],
            after[1],
            axes == 1 ? 1 : dilations.getFirst(),
            dilations.getLast());
    Value y = n.emit(new ConvTranspose(window, groups(n), extra[0], extra[1]), x, w);
    if (behind[0] + behind[1] > 0) {
      y = n.emit(new Pad(List.of(0, 0, 0, 0), List.of(0, 0, behind[0], behind[1]), 0), y);
    }
    return withBias(n, asBefore(n, y, n.operand(0)), n.optional(2));
  }

  private static Value gemm(OnnxNode n) {
    Value a = n.integer("transA", 0) != 0 ? n.g.transposeMatrix(n.operand(0)) : n.operand(0);
    Value b = n.integer("transB", 0) != 0 ? n.g.transposeMatrix(n.operand(1)) : n.operand(1);
    Value y = scaled(n, n.g.matMul(a, b), n.real("alpha", 1));
    return n.has(2) ? n.g.add(y, scaled(n, n.operand(2), n.real("beta", 1))) : y;
  }

  private static Value scaled(OnnxNode n, Value x, double factor) {
    return factor == 1 ? x : n.g.scale(x, factor);
  }

  /** NumPy's product: a vector is a row on the left and a column on the right. */
  static Value matMul(OnnxNode n, Value a, Value b) {
    boolean row = n.g.shape(a).rank() == 1;
    boolean column = n.g.shape(b).rank() == 1;
    Value left = row ? n.g.unsqueeze(a, 0) : a;
    Value right = column ? n.g.unsqueeze(b, 1) : b;
    Value y = n.g.matMul(left, right);
    y = column ? n.g.squeeze(y, -1) : y;
    return row ? n.g.squeeze(y, column ? -1 : -2) : y;
  }

  /** Running sums are a product with a triangle of ones. */
  private static Value cumSum(OnnxNode n) {
    Value x = n.operand(0);
    int axis = n.shape(0).axis(n.known(1).ints()[0]);
    int extent = n.shape(0).dim(axis);
    boolean reverse = n.integer("reverse", 0) != 0;
    int least = n.integer("exclusive", 0) != 0 ? 1 : 0;
    double[] triangle = new double[Limits.made((long) extent * extent)];
    for (int i = 0; i < extent; i++) {
      for (int k = 0; k < extent; k++) {
        triangle[i * extent + k] = (reverse ? k - i : i - k) >= least ? 1 : 0;
      }
    }
    return n.emit(new AxisProduct(axis), x, n.g.values(Shape.of(extent, extent), triangle, x));
  }
}
