package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Div;
import whyc.op.Primitive;
import whyc.op.QuantizeLinear;
import whyc.op.Round;
import whyc.op.Value;
import whyc.tensor.ElementType;

/**
 * Numbers that are quantised only to be numbers again stay floats.
 *
 * <pre>{@code
 * float(quantize(x, s, z)) = clip(round(x / s) + z, min, max)     min, max: of the integers' type
 * }</pre>
 *
 * Integers of up to 16 bits and their sums with a zero point are exact in single precision, and the
 * quotient is rounded once in both forms, so the results have the same bits. Applies to single
 * precision and to such integers. For a NaN an integer has no sign; here it stays NaN.
 */
public record QuantizeAsFloats() implements Pass {
  @Override
  public Graph apply(Graph g) {
    return new RemoveDead().apply(new InFloats().apply(g));
  }

  private static final class InFloats extends Rewriting {
    @Override
    Optional<Value> rewrite(Builder b, Primitive op, List<Value> x) {
      return op instanceof Cast(ElementType to) && to == ElementType.FLOAT32
          ? inFloats(b, x.getFirst())
          : Optional.empty();
    }
  }

  private static Optional<Value> inFloats(Builder b, Value quantised) {
    Node n = b.node(quantised);
    ElementType integers = n.type().element();
    if (!(n.op() instanceof QuantizeLinear)
        || b.type(n.operands().getFirst()).element() != ElementType.FLOAT32
        || integers.bytes() > 2) {
      return Optional.empty();
    }
    Value quotient = b.emit(new Div(), n.operands().get(0), n.operands().get(1));
    Value zero = b.cast(n.operands().get(2), ElementType.FLOAT32);
    Value shifted = b.emit(new Add(), b.emit(new Round(), quotient), zero);
    return Optional.of(b.emit(new Clip(integers.min(), integers.max()), shifted));
  }
}
