package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.Map;
import whyc.op.Abs;
import whyc.op.Clip;
import whyc.op.Exp;
import whyc.op.Op;
import whyc.op.Relu;
import whyc.op.Sigmoid;
import whyc.op.Tanh;
import whyc.op.Value;

/** Operators that work element by element, activations among them. */
final class ElementwiseBindings {
  private ElementwiseBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Abs", unary(new Abs())),
          Map.entry("Add", single(n -> n.g.add(n.operand(0), n.operand(1)))),
          Map.entry("Clip", single(ElementwiseBindings::clip)),
          Map.entry("Div", single(n -> n.g.div(n.operand(0), n.operand(1)))),
          Map.entry("Exp", unary(new Exp())),
          Map.entry("Mul", single(n -> n.g.mul(n.operand(0), n.operand(1)))),
          Map.entry("Relu", unary(new Relu())),
          Map.entry("Sigmoid", unary(new Sigmoid())),
          Map.entry("Sub", single(n -> n.g.sub(n.operand(0), n.operand(1)))),
          Map.entry("Tanh", unary(new Tanh())));

  private static Binding unary(Op op) {
    return single(n -> n.emit(op, n.operand(0)));
  }

  /** Bounds stand in attributes before operator set 11. A lower bound of 0 alone is a ReLU. */
  private static Value clip(OnnxNode n) {
    Value x = n.operand(0);
    double low = n.has(1) ? n.known(1).at(0) : n.real("min", Double.NEGATIVE_INFINITY);
    double high = n.has(2) ? n.known(2).at(0) : n.real("max", Double.POSITIVE_INFINITY);
    return low == 0 && high == Double.POSITIVE_INFINITY ? n.g.relu(x) : n.emit(new Clip(low, high), x);
  }
}
