package whyc.pass;

import java.util.ArrayList;
import java.util.List;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.OneHot;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.ElementType;

/**
 * The same program in double precision: floats of 32 and 16 bits, in constants, inputs and results,
 * become floats of 64 bits. So the interpreter can tell rounding from mistakes. Not applied to
 * programs whose meaning is their rounding: a quantised model's ties may fall to the other side.
 */
public record ToDouble() implements Pass {
  @Override
  public Graph apply(Graph g) {
    Builder b = new Builder();
    List<Value> values = new ArrayList<>(g.nodes().size());
    for (Node n : g.nodes()) {
      List<Value> operands = n.operands().stream().map(v -> values.get(v.index())).toList();
      values.add(b.emit(widened(n.op()), operands));
      b.name(values.getLast(), n.label());
    }
    return b.finish(Builder.mapped(g.outputs(), v -> values.get(v.index())));
  }

  private static Op widened(Op op) {
    return switch (op) {
      case Constant c -> new Constant(c.value().cast(widened(c.value().element())));
      case Input i -> new Input(i.input(), i.type().with(widened(i.type().element())));
      case Cast c -> new Cast(widened(c.element()));
      case OneHot o -> new OneHot(o.depth(), widened(o.element()));
      default -> op;
    };
  }

  private static ElementType widened(ElementType element) {
    return element.isFloating() ? ElementType.FLOAT64 : element;
  }
}
