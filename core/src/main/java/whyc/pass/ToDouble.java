package whyc.pass;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.OneHot;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * The same program in double precision: floats of 32 and 16 bits, in constants, inputs and results,
 * become floats of 64 bits. So the interpreter can tell rounding from mistakes. What is computed of
 * constants alone is computed before, in the precision that the model has it in: a weight is what
 * the model says it is. Not applied to programs whose meaning is their rounding: a quantised
 * model's ties may fall to the other side.
 */
public record ToDouble() implements Pass {
  @Override
  public Graph apply(Graph g) {
    Graph live = new RemoveDead().apply(g);
    Map<Value, Tensor> known = new HashMap<>();
    Builder b = new Builder();
    List<Value> values = new ArrayList<>(live.nodes().size());
    for (int i = 0; i < live.nodes().size(); i++) {
      Node n = live.nodes().get(i);
      Optional<Tensor> tensor = known(n, known);
      tensor.ifPresent(t -> known.put(new Value(values.size()), t));
      List<Value> operands = n.operands().stream().map(v -> values.get(v.index())).toList();
      Op op = tensor.<Op>map(Constant::new).orElse(n.op());
      values.add(b.emit(widened(op), tensor.isPresent() ? List.of() : operands));
      b.name(values.getLast(), n.label());
    }
    return new RemoveDead()
        .apply(b.finish(Builder.mapped(live.outputs(), v -> values.get(v.index()))));
  }

  /** The value of a line that depends on constants alone. */
  private static Optional<Tensor> known(Node n, Map<Value, Tensor> known) {
    return switch (n.op()) {
      case Input i -> Optional.empty();
      case Constant c -> Optional.of(c.value());
      case Primitive p when known.keySet().containsAll(n.operands()) ->
          Optional.of(p.evaluate(n.operands().stream().map(known::get).toList()));
      default -> Optional.empty();
    };
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
