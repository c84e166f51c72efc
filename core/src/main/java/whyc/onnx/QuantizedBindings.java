package whyc.onnx;

import static whyc.onnx.Binding.several;
import static whyc.onnx.Binding.single;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import whyc.op.QuantizeLinear;
import whyc.op.Round;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Operators of quantised models. Integer products are written in real numbers: they are exact in
 * single precision up to 2^24, and the interpreter adds them in double precision.
 */
final class QuantizedBindings {
  private QuantizedBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("ConvInteger", single(QuantizedBindings::convInteger)),
          Map.entry("DequantizeLinear", single(QuantizedBindings::dequantize)),
          Map.entry("DynamicQuantizeLinear", several(QuantizedBindings::dynamic)),
          Map.entry("MatMulInteger", single(QuantizedBindings::matMulInteger)),
          Map.entry("QLinearConv", single(QuantizedBindings::conv)),
          Map.entry("QLinearMatMul", single(QuantizedBindings::matMul)),
          Map.entry("QuantizeLinear", single(QuantizedBindings::quantize)),
          Map.entry("com.microsoft.DequantizeLinear", single(QuantizedBindings::dequantize)),
          Map.entry("com.microsoft.QLinearAdd", single(n -> arithmetic(n, n.g::add))),
          Map.entry(
              "com.microsoft.QLinearGlobalAveragePool",
              single(QuantizedBindings::globalAveragePool)),
          Map.entry("com.microsoft.QLinearMul", single(n -> arithmetic(n, n.g::mul))),
          Map.entry("com.microsoft.QuantizeLinear", single(QuantizedBindings::quantize)));

  /** {@code y = (x - zeroPoint) * scale}. */
  private static Value dequantize(OnnxNode n) {
    Value scale = alongAxis(n, n.operand(1));
    Optional<Value> zero = n.optional(2).map(z -> alongAxis(n, z));
    return n.g.mul(centred(n, n.operand(0), zero, scale), scale);
  }

  /** {@code x - zeroPoint} in the element type of {@code like}. */
  private static Value centred(OnnxNode n, Value x, Optional<Value> zero, Value like) {
    ElementType element = n.g.type(like).element();
    Value real = n.g.cast(x, element);
    return zero.isPresent() ? n.g.sub(real, n.g.cast(zero.get(), element)) : real;
  }

  private static Value quantize(OnnxNode n) {
    if (n.rank(1) > 1) {
      throw new IllegalArgumentException(
          "with a scale for each block is not supported; nearest: one scale, or one for each place"
              + " along an axis");
    }
    Value scale = alongAxis(n, n.operand(1));
    ElementType to =
        n.integer("output_dtype", 0) == 0
            ? ElementType.UINT8
            : TensorData.element(Math.toIntExact(n.integer("output_dtype", 0)));
    Value zero = n.optional(2).orElseGet(() -> n.g.constant(Tensor.scalar(to, 0)));
    Value x = n.g.cast(n.operand(0), n.g.type(scale).element());
    return n.emit(new QuantizeLinear(), x, scale, alongAxis(n, zero));
  }

  /** One number for all, one for each place along the axis, or one for each block along it. */
  private static Value alongAxis(OnnxNode n, Value v) {
    int rank = n.g.shape(v).rank();
    if (rank == 0) {
      return v;
    }
    if (n.g.shape(v).size() == 1 && rank == 1) {
      return n.g.squeeze(v, 0);
    }
    int axis = n.axis("axis", 1, n.shape(0));
    if (rank == 1) {
      return n.g.unsqueeze(v, IntStream.range(1, n.rank(0) - axis).toArray());
    }
    int block = Math.toIntExact(n.integer("block_size", 0));
    if (rank != n.rank(0) || block < 1) {
      throw new IllegalArgumentException(
          "wants one scale, one for each place along axis "
              + axis
              + ", or blocks, got "
              + n.g.type(v)
              + " for "
              + n.typeOf(0));
    }
    long[] blocks =
        IntStream.range(0, Limits.made(n.shape(0).dim(axis))).mapToLong(i -> i / block).toArray();
    return n.g.gather(v, n.g.constant(Tensor.of(Shape.of(blocks.length), blocks)), axis);
  }

  /** {@code clip(round(min / scale))} and all that follows from the range of this very tensor. */
  private static List<Value> dynamic(OnnxNode n) {
    Value x = n.operand(0);
    int[] all = IntStream.range(0, n.rank(0)).toArray();
    Value low = n.g.squeeze(n.g.min(n.g.minimum(x, all), n.g.scalar(0, x)), all);
    Value high = n.g.squeeze(n.g.relu(n.g.maximum(x, all)), all);
    Value scale = n.g.div(n.g.sub(high, low), n.g.scalar(255, x));
    Value place = n.emit(new Round(), n.g.div(n.g.neg(low), scale));
    Value zero = n.g.cast(n.g.min(n.g.relu(place), n.g.scalar(255, x)), ElementType.UINT8);
    return List.of(n.emit(new QuantizeLinear(), x, scale, zero), scale, zero);
  }

  private static Value convInteger(OnnxNode n) {
    Value like = n.g.constant(Tensor.scalar(ElementType.FLOAT32, 0));
    Value x = centred(n, n.operand(0), n.optional(2).map(z -> scalar(n, z)), like);
    Value w = centred(n, n.operand(1), n.optional(3).map(z -> perOutput(n, z, n.rank(1))), like);
    return n.g.cast(LayerBindings.conv(n, x, w), ElementType.INT32);
  }

  private static Value matMulInteger(OnnxNode n) {
    Value like = n.g.constant(Tensor.scalar(ElementType.FLOAT32, 0));
    Value a = centred(n, n.operand(0), n.optional(2).map(z -> perRow(n, z)), like);
    Value b = centred(n, n.operand(1), n.optional(3).map(z -> scalar(n, z)), like);
    return n.g.cast(LayerBindings.matMul(n, a, b), ElementType.INT32);
  }

  /** {@code y = quantize((conv(x - zx, w - zw) + bias) * sx * sw)}. */
  private static Value conv(OnnxNode n) {
    Value xScale = scalar(n, n.operand(1));
    Value wScale = n.operand(4);
    Value x = centred(n, n.operand(0), Optional.of(scalar(n, n.operand(2))), xScale);
    Value w = centred(n, n.operand(3), Optional.of(perOutput(n, n.operand(5), n.rank(3))), xScale);
    Value y = LayerBindings.conv(n, x, w);
    int rank = n.rank(0);
    if (n.has(8)) {
      Value bias = n.g.cast(n.operand(8), n.g.type(y).element());
      y = n.g.add(y, n.perChannel(bias, rank));
    }
    Value factor = n.g.mul(xScale, scalar(n, wScale));
    y = n.g.mul(y, n.g.shape(factor).rank() == 1 ? n.perChannel(factor, rank) : factor);
    return n.emit(new QuantizeLinear(), y, scalar(n, n.operand(6)), scalar(n, n.operand(7)));
  }

  private static Value matMul(OnnxNode n) {
    Value aScale = perRow(n, n.operand(1));
    Value bScale = scalar(n, n.operand(4));
    Value a = centred(n, n.operand(0), Optional.of(perRow(n, n.operand(2))), aScale);
    Value b = centred(n, n.operand(3), Optional.of(scalar(n, n.operand(5))), aScale);
    Value y = n.g.mul(LayerBindings.matMul(n, a, b), n.g.mul(aScale, bScale));
    return n.emit(new QuantizeLinear(), y, perRow(n, n.operand(6)), perRow(n, n.operand(7)));
  }

  private static Value arithmetic(OnnxNode n, BinaryOperator<Value> op) {
    Value a = real(n, 0);
    Value b = real(n, 3);
    return n.emit(
        new QuantizeLinear(), op.apply(a, b), scalar(n, n.operand(6)), zero(n, 7, n.operand(0)));
  }

  /** The real numbers that operands i to i + 2 stand for: integers, scale, zero point. */
  private static Value real(OnnxNode n, int i) {
    Value scale = scalar(n, n.operand(i + 1));
    return n.g.mul(
        centred(n, n.operand(i), n.optional(i + 2).map(z -> scalar(n, z)), scale), scale);
  }

  private static Value zero(OnnxNode n, int i, Value like) {
    return n.optional(i).map(z -> scalar(n, z)).orElseGet(() -> n.g.scalar(0, like));
  }

  private static Value globalAveragePool(OnnxNode n) {
    int rank = n.rank(0);
    boolean channelsLast = n.integer("channels_last", 0) != 0;
    int[] spatial = IntStream.range(channelsLast ? 1 : 2, channelsLast ? rank - 1 : rank).toArray();
    Value mean = n.g.mean(real(n, 0), spatial);
    return n.emit(new QuantizeLinear(), mean, scalar(n, n.operand(3)), zero(n, 4, n.operand(0)));
  }

  /** A single number as such, and a vector as a vector. */
  private static Value scalar(OnnxNode n, Value v) {
    return n.g.shape(v).rank() == 1 && n.g.shape(v).size() == 1 ? n.g.squeeze(v, 0) : v;
  }

  /** A number for each row of a matrix on the left. */
  private static Value perRow(OnnxNode n, Value v) {
    Value s = scalar(n, v);
    return n.g.shape(s).rank() == 1 ? n.g.unsqueeze(s, 1) : s;
  }

  /** A number for each output of a convolution's weight. */
  private static Value perOutput(OnnxNode n, Value v, int rank) {
    Value s = scalar(n, v);
    return n.g.shape(s).rank() == 1 ? n.g.unsqueeze(s, IntStream.range(1, rank).toArray()) : s;
  }
}
