package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.QuantizeLinear;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/** Operators of quantised models. */
final class QuantizedBindings {
  private QuantizedBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("DequantizeLinear", single(QuantizedBindings::dequantize)),
          Map.entry("QuantizeLinear", single(QuantizedBindings::quantize)));

  /** {@code y = (x - zeroPoint) * scale}. */
  private static Value dequantize(OnnxNode n) {
    Value scale = alongAxis(n, n.operand(1));
    Value x = n.g.cast(n.operand(0), n.g.type(scale).element());
    Optional<Value> zero = n.optional(2).map(z -> n.g.cast(alongAxis(n, z), n.g.type(scale).element()));
    return n.g.mul(zero.isPresent() ? n.g.sub(x, zero.get()) : x, scale);
  }

  private static Value quantize(OnnxNode n) {
    Value zero =
        n.optional(2).orElseGet(() -> n.g.constant(Tensor.scalar(ElementType.UINT8, 0)));
    return n.emit(
        new QuantizeLinear(), n.operand(0), alongAxis(n, n.operand(1)), alongAxis(n, zero));
  }

  /** One number for all, or one for each place along the axis. */
  private static Value alongAxis(OnnxNode n, Value v) {
    int rank = n.g.shape(v).rank();
    if (rank == 0) {
      return v;
    }
    if (n.g.shape(v).size() == 1) {
      return n.g.squeeze(v, 0);
    }
    int axis = n.axis("axis", 1, n.shape(0));
    return n.g.unsqueeze(v, IntStream.range(1, n.rank(0) - axis).toArray());
  }
}
