package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.Map;
import whyc.op.Abs;
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

  /** Bounds stand in attributes before operator set 11. A lower bound of 0 is a ReLU. */
  private static Value clip(OnnxNode n) {
    Value x = n.operand(0);
    Value y = x;
    if (n.has(1) || n.hasAttribute("min")) {
      Value min = n.has(1) ? n.operand(1) : n.g.scalar(n.real("min", 0), x);
      boolean rectifies =
          n.typeOf(0).element().isFloating() && n.g.constant(min).filter(t -> t.size() == 1 && t.at(0) == 0).isPresent();
      y = rectifies ? n.g.relu(x) : n.g.max(y, min);
    }
    if (n.has(2) || n.hasAttribute("max")) {
      y = n.g.min(y, n.has(2) ? n.operand(2) : n.g.scalar(n.real("max", 0), x));
    }
    return y;
  }
}
