package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.op.Conv;
import whyc.op.MaxPool;
import whyc.op.Softmax;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Layers: convolution, pooling, matrix products, normalisation, softmax. */
final class LayerBindings {
  private LayerBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("AveragePool", single(LayerBindings::averagePool)),
          Map.entry("BatchNormalization", single(LayerBindings::batchNormalization)),
          Map.entry("Conv", single(LayerBindings::conv)),
          Map.entry("Gemm", single(LayerBindings::gemm)),
          Map.entry("GlobalAveragePool", single(n -> n.g.mean(n.operand(0), spatial(n)))),
          Map.entry("GlobalMaxPool", single(n -> n.g.maximum(n.operand(0), spatial(n)))),
          Map.entry("MatMul", single(n -> matMul(n, n.operand(0), n.operand(1)))),
          Map.entry("MaxPool", single(LayerBindings::maxPool)),
          Map.entry("Softmax", single(LayerBindings::softmax)));

  static int[] spatial(OnnxNode n) {
    return IntStream.range(2, n.rank(0)).toArray();
  }

  /** Images of one spatial axis get a second one, of extent 1, in front. */
  private static Value asImage(OnnxNode n, Value x) {
    return switch (n.g.shape(x).rank()) {
      case 3 -> n.g.unsqueeze(x, 2);
      case 4 -> x;
      default ->
          throw new IllegalArgumentException(
              "wants one or two spatial axes, got " + n.g.shape(x));
    };
  }

  private static Value asBefore(OnnxNode n, Value y, Value x) {
    return n.g.shape(x).rank() == 3 ? n.g.squeeze(y, 2) : y;
  }

  /**
   * The window that the attributes describe, with {@code auto_pad} and {@code ceil_mode} worked out
   * into padding.
   *
   * @param x the shape of the image, [n,c,h,w]
   * @param kernel extents of the window along the model's own spatial axes
   */
  static Window window(OnnxNode n, Shape x, List<Integer> kernel) {
    int axes = kernel.size();
    List<Integer> strides = n.integers("strides", axes, 1);
    List<Integer> dilations = n.integers("dilations", axes, 1);
    List<Integer> pads = n.integers("pads", 2 * axes, 0);
    String auto = n.text("auto_pad", "NOTSET");
    boolean ceil = n.integer("ceil_mode", 0) != 0;
    int[] before = new int[2];
    int[] after = new int[2];
    for (int a = 0; a < axes; a++) {
      int axis = 2 - axes + a;
      long reach = (long) dilations.get(a) * (kernel.get(a) - 1L) + 1;
      int extent = x.dim(2 + axis);
      int stride = strides.get(a);
      if (stride < 1) {
        throw new IllegalArgumentException("wants strides of at least 1, got " + strides);
      }
      switch (auto) {
        case "NOTSET", "" -> {
          before[axis] = pads.get(a);
          after[axis] = pads.get(a + axes);
        }
        case "VALID" -> {}
        case "SAME_UPPER", "SAME_LOWER" -> {
          long total = Math.max(0, (Math.ceilDiv(extent, stride) - 1L) * stride + reach - extent);
          long less = total / 2;
          before[axis] = Math.toIntExact(auto.equals("SAME_UPPER") ? less : total - less);
          after[axis] = Math.toIntExact(total - before[axis]);
        }
        default -> throw new IllegalArgumentException("wants auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER, got " + auto);
      }
      if (ceil) {
        after[axis] += missingForCeil(extent + before[axis] + after[axis] - reach, extent + before[axis], stride);
      }
    }
    return new Window(
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
  }

  /**
   * Padding that turns rounding down into rounding up. A window that would start behind the image and
   * its leading padding is not added.
   *
   * @param room how far the window can slide
   */
  private static int missingForCeil(long room, long end, int stride) {
    long missing = Math.floorMod(-room, (long) stride);
    return missing > 0 && room + missing < end ? Math.toIntExact(missing) : 0;
  }

  private static Value conv(OnnxNode n) {
    Value x = asImage(n, n.operand(0));
    Value w = asImage(n, n.operand(1));
    List<Integer> kernel = n.shape(1).dims().subList(2, n.rank(1));
    Window window = window(n, n.g.shape(x), kernel);
    Value y = n.emit(new Conv(window, Math.toIntExact(n.integer("group", 1))), x, w);
    return asBefore(n, n.has(2) ? n.g.add(y, perChannel(n, n.operand(2), 4)) : y, n.operand(0));
  }

  /** A vector of one number a channel, as it broadcasts over a tensor of this rank. */
  static Value perChannel(OnnxNode n, Value vector, int rank) {
    return n.g.unsqueeze(vector, IntStream.range(1, rank - 1).toArray());
  }

  private static Value maxPool(OnnxNode n) {
    Value x = asImage(n, n.operand(0));
    if (n.wantsOutput(1)) {
      throw new IllegalArgumentException("with the positions of the maxima is not supported; nearest: without them");
    }
    Window window = window(n, n.g.shape(x), n.integers("kernel_shape"));
    return asBefore(n, n.emit(new MaxPool(window), x), n.operand(0));
  }

  private static Value averagePool(OnnxNode n) {
    Value x = asImage(n, n.operand(0));
    Window window = window(n, n.g.shape(x), n.integers("kernel_shape"));
    Value sum = n.emit(new SumPool(window), x);
    Shape out = n.g.shape(sum);
    double[] reciprocals = new double[out.dim(2) * out.dim(3)];
    boolean includePadding = n.integer("count_include_pad", 0) != 0;
    List<Integer> pads = n.integers("pads", 2 * (n.rank(0) - 2), 0);
    int bottom = pads.size() == 2 ? 0 : pads.get(2);
    int right = pads.getLast();
    for (int i = 0; i < out.dim(2); i++) {
      int rows = covered(i * window.strideY() - window.top(), window.height(), window.dilationY(), n.g.shape(x).dim(2), includePadding ? window.top() : 0, includePadding ? bottom : 0);
      for (int j = 0; j < out.dim(3); j++) {
        int columns = covered(j * window.strideX() - window.left(), window.width(), window.dilationX(), n.g.shape(x).dim(3), includePadding ? window.left() : 0, includePadding ? right : 0);
        reciprocals[i * out.dim(3) + j] = 1.0 / (rows * columns);
      }
    }
    Tensor counts = Tensor.of(n.typeOf(0).with(Shape.of(1, 1, out.dim(2), out.dim(3))), reciprocals);
    Value factor = counts.isUniform() ? n.g.scalar(reciprocals[0], x) : n.g.constant(counts);
    return asBefore(n, n.g.mul(sum, factor), n.operand(0));
  }

  /** Taps of a window that lie on the image or on padding that counts. */
  private static int covered(
      int start, int taps, int dilation, int extent, int before, int after) {
    return (int)
        IntStream.range(0, taps)
            .map(t -> start + t * dilation)
            .filter(p -> p >= -before && p < extent + after)
            .count();
  }

  /** Ioffe and Szegedy 2015, Algorithm 2: at inference a scale and a shift for each channel. */
  private static Value batchNormalization(OnnxNode n) {
    Value x = n.operand(0);
    if (n.integer("training_mode", 0) != 0) {
      throw new IllegalArgumentException("in training mode is not supported; nearest: a model exported for inference");
    }
    Value deviation = n.g.sqrt(n.g.shift(n.operand(4), n.real("epsilon", 1e-5)));
    Value factor = n.g.div(n.operand(1), deviation);
    Value shift = n.g.sub(n.operand(2), n.g.mul(n.operand(3), factor));
    int rank = n.rank(0);
    return n.g.add(
        n.g.mul(x, perChannel(n, factor, rank)), perChannel(n, shift, rank));
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

  /** Before operator set 13 the axis splits the shape in two: all that follows it is one row. */
  private static Value softmax(OnnxNode n) {
    Value x = n.operand(0);
    int rank = n.rank(0);
    if (n.opset() >= 13) {
      return n.emit(new Softmax(n.axis("axis", -1, n.shape(0))), x);
    }
    int axis = n.axis("axis", 1, n.shape(0));
    if (axis == rank - 1) {
      return n.emit(new Softmax(axis), x);
    }
    Value rows = axis == 0 ? n.g.reshape(x, 1, -1) : n.emit(ShapeBindings.flatten(n.shape(0), axis), x);
    return n.g.reshapeAs(n.emit(new Softmax(1), rows), x);
  }
}
