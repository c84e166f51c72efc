package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Primitive;
import whyc.op.Relu;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * Lines that read a value for its shape alone no longer do: for graphs whose batch stays what it
 * is. Numbers are repeated as late as possible.
 *
 * <pre>{@code
 * ReshapeAs(x, y)    = Reshape(x)
 * ExpandAs(x, y)     = Expand(x)
 * Relu(Expand(x))    = Expand(Relu(x))
 * Gate(c, Expand(x)) = Gate(c, x)              which repeats by itself
 * }</pre>
 */
public final class SettleShapes extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> x) {
    return switch (op) {
      case ReshapeAs r -> {
        Shape to = r.infer(x.stream().map(b::type).toList()).shape();
        yield Optional.of(b.emit(new Reshape(to.dims()), x.getFirst()));
      }
      case ExpandAs e -> {
        Shape to = e.infer(x.stream().map(b::type).toList()).shape();
        yield Optional.of(b.emit(new whyc.op.Expand(to.dims()), x.getFirst()));
      }
      case Relu r ->
          repeated(b, x.getFirst())
              .map(n -> b.emit(n.op(), b.emit(r, n.operands().getFirst())));
      case Gate g -> repeated(b, x.get(1)).map(n -> b.emit(g, x.get(0), n.operands().getFirst()));
      default -> Optional.empty();
    };
  }

  private static Optional<Node> repeated(Builder b, Value v) {
    return Optional.of(b.node(v)).filter(n -> n.op() instanceof whyc.op.Expand);
  }
}
