package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Gate;
import whyc.op.Max;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.Mul;
import whyc.op.Pad;
import whyc.op.Relu;
import whyc.op.Reshape;
import whyc.op.Slice;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.op.Where;

/**
 * Which values may be expected to hold many zeros, by the lines that make them: what a rectifier
 * gives, what a gate lets through, and what only moves or scales such values.
 */
final class ZeroRich {
  private ZeroRich() {}

  static boolean is(Graph g, Value v) {
    Node n = g.node(v);
    return switch (n.op()) {
      case Relu _, Gate _, MaxPoolRoute _ -> true;
      case Clip c -> c.low() == 0;
      case Max _ -> isZero(g, n.operands().get(0)) || isZero(g, n.operands().get(1));
      case Where _ -> isZero(g, n.operands().get(1)) || isZero(g, n.operands().get(2));
      case MaxPool _, Reshape _, Transpose _, Slice _, Pad _ -> is(g, n.operands().getFirst());
      case Mul _, Concat _ -> n.operands().stream().anyMatch(o -> is(g, o));
      default -> false;
    };
  }

  private static boolean isZero(Graph g, Value v) {
    return g.node(v).op() instanceof Constant c && c.value().size() == 1 && c.value().at(0) == 0;
  }
}
