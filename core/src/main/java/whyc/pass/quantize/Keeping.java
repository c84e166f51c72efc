package whyc.pass.quantize;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Clip;
import whyc.op.ConvTranspose;
import whyc.op.Gate;
import whyc.op.Pad;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Lines whose results are numbers of their operand: its codes stay what they are. */
final class Keeping {
  private final Draft draft;
  private final Graph g;
  private final Roles roles;
  private final Scales scales;
  private final Builder b;

  Keeping(Draft draft) {
    this.draft = draft;
    this.g = draft.graph;
    this.roles = draft.roles;
    this.scales = draft.scales;
    this.b = draft.builder;
  }

  Form kept(Value line) {
    Node n = g.node(line);
    boolean staysReal =
        draft.isBeforeProducts(n)
            && roles.kept(line).stream().anyMatch(roles::isReal)
            && !scales.isComputedWith(line);
    if (staysReal) {
      return draft.written(line);
    }
    Codes as = scales.of(line);
    List<Value> operands = new ArrayList<>();
    for (int k = 0; k < n.operands().size(); k++) {
      Value v = n.operands().get(k);
      operands.add(roles.kept(line).contains(v) ? draft.coded(v, as) : companion(n, v));
    }
    Value y = kept(n, as, operands);
    b.name(y, Draft.label(n));
    draft.put(y, as);
    return new Form.Coded(y);
  }

  Value kept(Node n, Codes as, List<Value> x) {
    return switch (n.op()) {
      case Relu r when as.element() == ElementType.UINT8 -> x.getFirst();
      case Clip c -> b.emit(new Clip(as.code(c.low()), as.code(c.high())), x);
      case Pad p -> b.emit(new Pad(p.before(), p.after(), as.code(p.value())), x);
      case ConvTranspose c -> {
        Tensor ones = Tensor.filled(g.type(n.operands().get(1)).with(ElementType.INT8), 1);
        Value spread = b.emit(Multiplying.integer(n), x.getFirst(), b.constant(ones));
        yield draft.requantised(spread, new Factors(new long[] {1}, 0), Shape.of(), as.element());
      }
      default -> b.emit(n.op(), x);
    };
  }

  /** An operand beside the one whose numbers are kept: a condition, an index, a shape. */
  private Value companion(Node n, Value v) {
    if (n.op() instanceof Gate && g.type(v).element() != ElementType.BOOL) {
      return roles.isReal(v)
          ? positive(draft.coded(v))
          : b.constant(truths(roles.known(v).orElseThrow()));
    }
    return Draft.isOfShapes(n) && roles.isReal(v) ? draft.shaped(v) : draft.result(v);
  }

  private Value positive(Value codes) {
    return b.greater(codes, b.scalar(0, codes));
  }

  private static Tensor truths(Tensor t) {
    double[] x = t.doubles();
    return Tensor.of(
        t.type().with(ElementType.BOOL),
        IntStream.range(0, x.length).mapToDouble(i -> x[i] > 0 ? 1 : 0).toArray());
  }
}
