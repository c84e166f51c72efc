package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import whyc.op.Celu;
import whyc.op.Clip;
import whyc.op.Elu;
import whyc.op.Gelu;
import whyc.op.HardSigmoid;
import whyc.op.HardSwish;
import whyc.op.Hardmax;
import whyc.op.LeakyRelu;
import whyc.op.LogSoftmax;
import whyc.op.Mish;
import whyc.op.Op;
import whyc.op.PRelu;
import whyc.op.Relu;
import whyc.op.Selu;
import whyc.op.Shrink;
import whyc.op.Sigmoid;
import whyc.op.Softmax;
import whyc.op.Softplus;
import whyc.op.Softsign;
import whyc.op.Swish;
import whyc.op.Tanh;
import whyc.op.ThresholdedRelu;
import whyc.op.Value;
import whyc.tensor.ElementType;

/** Activation functions. */
final class ActivationBindings {
  private ActivationBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Celu", activation(n -> new Celu(n.real("alpha", 1)))),
          Map.entry("Clip", single(ActivationBindings::clip)),
          Map.entry("Elu", activation(n -> new Elu(n.real("alpha", 1)))),
          Map.entry(
              "Gelu", activation(n -> new Gelu(n.text("approximate", "none").equals("tanh")))),
          Map.entry(
              "HardSigmoid",
              activation(n -> new HardSigmoid(n.real("alpha", 0.2f), n.real("beta", 0.5)))),
          Map.entry("HardSwish", activation(n -> new HardSwish())),
          Map.entry("Hardmax", single(n -> alongAxis(n, Hardmax::new))),
          Map.entry("LeakyRelu", activation(n -> new LeakyRelu(n.real("alpha", 0.01f)))),
          Map.entry("LogSoftmax", single(n -> alongAxis(n, LogSoftmax::new))),
          Map.entry("Mish", activation(n -> new Mish())),
          Map.entry("PRelu", single(n -> n.emit(new PRelu(), n.operand(0), slope(n)))),
          Map.entry("Relu", activation(n -> new Relu())),
          Map.entry(
              "Selu",
              activation(n -> new Selu(n.real("alpha", 1.6732632f), n.real("gamma", 1.050701f)))),
          Map.entry("Shrink", single(ActivationBindings::shrink)),
          Map.entry("Sigmoid", activation(n -> new Sigmoid())),
          Map.entry("Softmax", single(n -> alongAxis(n, Softmax::new))),
          Map.entry("Softplus", activation(n -> new Softplus())),
          Map.entry("Softsign", activation(n -> new Softsign())),
          Map.entry("Swish", activation(n -> new Swish(n.real("alpha", 1)))),
          Map.entry("Tanh", activation(n -> new Tanh())),
          Map.entry("ThresholdedRelu", activation(n -> new ThresholdedRelu(n.real("alpha", 1)))),
          Map.entry("com.microsoft.Gelu", activation(n -> new Gelu(false))),
          Map.entry(
              "com.microsoft.QuickGelu", activation(n -> new Swish(n.real("alpha", 1.702f)))));

  private static Binding activation(Function<OnnxNode, Op> op) {
    return single(n -> n.emit(op.apply(n), n.operand(0)));
  }

  /** Bounds stand in attributes before operator set 11. A lower bound of 0 alone is a ReLU. */
  private static Value clip(OnnxNode n) {
    Value x = n.operand(0);
    Optional<Value> min = n.optional(1);
    Optional<Value> max = n.optional(2);
    boolean known =
        Stream.of(min, max).flatMap(Optional::stream).allMatch(v -> n.g.constant(v).isPresent());
    if (!known) {
      Value y = min.isPresent() ? n.g.max(x, min.get()) : x;
      return max.isPresent() ? n.g.min(y, max.get()) : y;
    }
    double low = min.isPresent() ? n.known(1).at(0) : n.real("min", Double.NEGATIVE_INFINITY);
    double high = max.isPresent() ? n.known(2).at(0) : n.real("max", Double.POSITIVE_INFINITY);
    ElementType element = n.typeOf(0).element();
    if (low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY) {
      return x;
    }
    if (!element.isFloating()) {
      return n.emit(new Clip(Math.max(low, element.min()), Math.min(high, element.max())), x);
    }
    return low == 0 && high == Double.POSITIVE_INFINITY
        ? n.g.relu(x)
        : n.emit(new Clip(low, high), x);
  }

  /** Files of old tools give one slope a channel without saying so by the shape. */
  private static Value slope(OnnxNode n) {
    Value slope = n.operand(1);
    boolean perChannel =
        n.rank(1) == 1
            && n.rank(0) > 2
            && n.shape(1).dim(0) > 1
            && n.shape(1).dim(0) == n.shape(0).dim(1)
            && !n.shape(1).broadcastsTo(n.shape(0));
    return perChannel ? n.perChannel(slope, n.rank(0)) : slope;
  }

  private static Value shrink(OnnxNode n) {
    Value x = n.operand(0);
    ElementType element = n.typeOf(0).element();
    Shrink shrink = new Shrink(n.real("lambd", 0.5), n.real("bias", 0));
    return element.isFloating()
        ? n.emit(shrink, x)
        : n.g.cast(n.emit(shrink, n.g.cast(x, ElementType.FLOAT64)), element);
  }

  /** Before operator set 13 the axis splits the shape in two: all that follows it is one row. */
  private static Value alongAxis(OnnxNode n, IntFunction<Op> op) {
    Value x = n.operand(0);
    int rank = n.rank(0);
    if (n.opset() >= 13) {
      return n.emit(op.apply(n.axis("axis", -1, n.shape(0))), x);
    }
    int axis = n.axis("axis", 1, n.shape(0));
    if (axis == rank - 1) {
      return n.emit(op.apply(axis), x);
    }
    Value rows =
        axis == 0 ? n.g.reshape(x, 1, -1) : n.emit(ShapeBindings.flatten(n.shape(0), axis), x);
    return n.g.reshapeAs(n.emit(op.apply(1), rows), x);
  }
}
