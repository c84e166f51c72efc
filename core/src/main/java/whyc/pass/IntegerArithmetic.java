package whyc.pass;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Conv;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.Mul;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.Reshape;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Convolutions and matrix products of quantised operands, done in the integers that the operands
 * are.
 *
 * <pre>{@code
 * conv(sx * (x - zx), sw[o] * w) = (sx * sw[o]) * (sum(x * w) - zx * sum(w))
 *     x, w: INT8 or UINT8      sums: INT32, exact      padding of x: zx
 * }</pre>
 *
 * Applies where the left operand is a quantised tensor as models write it: a cast of bytes, less
 * one zero point, times one scale, the last two where there are any, and the right one is known and
 * a multiple of small integers, for all outputs or for each. Which integers those are is found from
 * the real weights, so that it does not matter whether something folded them: the largest is taken
 * for 127, 128, 126 and so on until all others are integers to within the rounding of single
 * precision.
 *
 * <p>Does not apply where sums could leave 32 bits, to weights with more than 8 bits behind their
 * zero point, to operands that are both computed, and to double precision, of which the small
 * integers would not be sure.
 *
 * <p>The result is rounded three times, whatever its length: the sum, if larger than 2^24, to
 * single precision; the product of the scales; and the product of both. It is within {@code 2^-22}
 * of what the scales say, where the real line adds as many rounded products as there are taps. A
 * derivative does not pass, so the pass comes after explanations.
 */
public record IntegerArithmetic() implements Pass {
  /** Weights that are products of a scale and an integer are so up to two roundings. */
  private static final double ROUNDED = 0x1p-22;

  @Override
  public Graph apply(Graph g) {
    return new RemoveDead().apply(new Lines().apply(new FoldConstants().apply(g)));
  }

  /** A tensor of bytes that stands for {@code scale * (codes - zero)}. */
  private record Quantised(Value codes, double scale, int zero) {}

  /** A known tensor that is {@code scales[o] * codes}, o along one axis. */
  private record Weight(Tensor codes, List<Output> outputs) {
    /**
     * One output's integers.
     *
     * @param sum of them, and {@code size} the sum of their sizes
     */
    record Output(double scale, long sum, long size) {}

    /** Whether sums with any bytes stay within 32 bits. */
    boolean isSafe() {
      return outputs.stream().allMatch(o -> 255 * o.size <= Integer.MAX_VALUE);
    }

    double[] each(ToDoubleFunction<Output> number) {
      return outputs.stream().mapToDouble(number).toArray();
    }
  }

  private static final class Lines extends Rewriting {
    @Override
    Optional<Value> rewrite(Builder b, Primitive op, List<Value> x) {
      return switch (op) {
        case Conv c -> product(b, x, 0).map(p -> p.of(b, conv(c, p), 3));
        case MatMul m when b.shape(x.get(1)).rank() == 2 ->
            product(b, x, 1).map(p -> p.of(b, new IntegerMatMul(Product.exact()), 1));
        default -> Optional.empty();
      };
    }

    private static Primitive conv(Conv c, Parts p) {
      return new IntegerConv(c.window(), c.groups(), p.left.zero, Product.exact());
    }

    private static Optional<Parts> product(Builder b, List<Value> x, int outputAxis) {
      return b.type(x.get(0)).element() == ElementType.FLOAT32
          ? quantised(b, x.get(0))
              .flatMap(left ->
                  b.constant(x.get(1))
                      .flatMap(w -> weight(w, outputAxis))
                      .filter(Weight::isSafe)
                      .map(w -> new Parts(left, w)))
          : Optional.empty();
    }
  }

  private record Parts(Quantised left, Weight right) {

    /**
     * The product in integers, and what makes real numbers of it.
     *
     * @param rank of what is written for each output so that it broadcasts to the result
     */
    Value of(Builder b, Primitive product, int rank) {
      int outputs = right.outputs.size();
      Shape each = rank == 1 ? Shape.of(outputs) : Shape.of(outputs, 1, 1);
      Value sum = b.emit(product, left.codes, b.constant(right.codes));
      if (left.zero != 0) {
        sum = b.sub(sum, b.values(each, right.each(o -> (double) left.zero * o.sum()), sum));
      }
      double[] scales = right.each(o -> left.scale * o.scale());
      Value real = b.cast(sum, ElementType.FLOAT32);
      return b.mul(real, b.values(each, scales, real));
    }
  }

  /** Reads a dequantised tensor from its last line back to its bytes. */
  private static Optional<Quantised> quantised(Builder b, Value x) {
    Node n = b.node(x);
    return switch (n.op()) {
      case Cast c ->
          isBytes(b.type(n.operands().getFirst()))
              ? Optional.of(new Quantised(n.operands().getFirst(), 1, 0))
              : Optional.empty();
      case Sub s ->
          number(b, n, 1)
              .flatMap(zero ->
                  quantised(b, n.operands().get(0))
                      .filter(q -> q.scale == 1 && q.zero == 0 && holds(b, q, zero))
                      .map(q -> new Quantised(q.codes, 1, zero.intValue())));
      case Mul m ->
          number(b, n, 1)
              .flatMap(scale ->
                  quantised(b, n.operands().get(0))
                      .map(q -> new Quantised(q.codes, q.scale * scale, q.zero)));
      case Reshape r -> moved(b, n);
      case Squeeze s -> moved(b, n);
      case Unsqueeze u -> moved(b, n);
      default -> Optional.empty();
    };
  }

  /** The same move of the bytes. */
  private static Optional<Quantised> moved(Builder b, Node n) {
    return quantised(b, n.operands().getFirst())
        .map(q -> new Quantised(b.emit(n.op(), q.codes), q.scale, q.zero));
  }

  private static boolean isBytes(TensorType t) {
    return t.element() == ElementType.INT8 || t.element() == ElementType.UINT8;
  }

  /** Whether a zero point is a code of the tensor, so that it can pad it. */
  private static boolean holds(Builder b, Quantised q, double zero) {
    ElementType element = b.type(q.codes).element();
    return zero == Math.rint(zero) && zero >= element.min() && zero <= element.max();
  }

  /** A known number that leaves the shape of the other operand as it is. */
  private static Optional<Double> number(Builder b, Node n, int operand) {
    Shape other = b.shape(n.operands().get(1 - operand));
    return b.constant(n.operands().get(operand))
        .filter(t -> t.size() == 1 && t.shape().rank() <= other.rank())
        .map(t -> t.at(0));
  }

  private static Optional<Weight> weight(Tensor real, int outputAxis) {
    double[] w = real.doubles();
    int outputs = real.shape().dim(outputAxis);
    int step = real.shape().product(outputAxis + 1, real.shape().rank());
    double[] largest = new double[outputs];
    for (int i = 0; i < w.length; i++) {
      int o = i / step % outputs;
      largest[o] = Math.max(largest[o], Math.abs(w[i]));
    }
    return scales(w, step, largest).map(scales -> of(real, w, step, scales));
  }

  private static Weight of(Tensor real, double[] w, int step, double[] scales) {
    byte[] codes = new byte[w.length];
    long[] sums = new long[scales.length];
    long[] sizes = new long[scales.length];
    for (int i = 0; i < w.length; i++) {
      int o = i / step % scales.length;
      codes[i] = (byte) Math.rint(w[i] / scales[o]);
      sums[o] += codes[i];
      sizes[o] += Math.abs(codes[i]);
    }
    return new Weight(
        Tensor.ofBytes(ElementType.INT8, real.shape(), codes),
        IntStream.range(0, scales.length)
            .mapToObj(o -> new Weight.Output(scales[o], sums[o], sizes[o]))
            .toList());
  }

  /** One scale for all outputs if there is one, else one for each. */
  private static Optional<double[]> scales(double[] w, int step, double[] largest) {
    double[] scales = new double[largest.length];
    Arrays.fill(scales, 1);
    if (fits(w, step, scales, -1)) {
      return Optional.of(scales);
    }
    double most = DoubleStream.of(largest).max().orElseThrow();
    for (int code : LARGEST_CODES) {
      Arrays.fill(scales, most / code);
      if (fits(w, step, scales, -1)) {
        return Optional.of(scales);
      }
    }
    for (int o = 0; o < scales.length; o++) {
      if (!findScale(w, step, scales, o, largest[o])) {
        return Optional.empty();
      }
    }
    return Optional.of(scales);
  }

  private static boolean findScale(
      double[] w, int step, double[] scales, int output, double largest) {
    scales[output] = 1;
    if (largest == 0) {
      return true;
    }
    for (int code : LARGEST_CODES) {
      scales[output] = largest / code;
      if (fits(w, step, scales, output)) {
        return true;
      }
    }
    return false;
  }

  /** What the largest weight may be the scale's multiple of, the usual ones first. */
  private static final int[] LARGEST_CODES = largestCodes();

  private static int[] largestCodes() {
    int[] codes = new int[128];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = i == 0 ? 127 : i == 1 ? 128 : 128 - i;
    }
    return codes;
  }

  /**
   * Whether the weights of one output, or of all, are integers of 8 bits times their scale.
   *
   * @param output -1 for all
   */
  private static boolean fits(double[] w, int step, double[] scales, int output) {
    for (int i = 0; i < w.length; i++) {
      int o = i / step % scales.length;
      if (output < 0 || o == output) {
        double code = Math.rint(w[i] / scales[o]);
        boolean inside = code >= Byte.MIN_VALUE && code <= Byte.MAX_VALUE;
        if (!inside || !(Math.abs(code * scales[o] - w[i]) <= ROUNDED * Math.abs(w[i]))) {
          return false;
        }
      }
    }
    return true;
  }
}
