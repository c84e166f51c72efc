package whyc.pass.quantize;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.Value;

/** One run of {@link Quantize}: writes a prepared graph anew, line by line. */
final class Quantizing {
  private final Graph g;
  private final Roles roles;
  private final Builder b;
  private final Draft draft;
  private final Adding adding;
  private final Keeping keeping;
  private final Deciding deciding;

  Quantizing(Graph prepared, Roles roles, Scales scales, Quantize.Options options) {
    this.g = prepared;
    this.roles = roles;
    this.draft = new Draft(prepared, roles, scales, options);
    this.b = draft.builder;
    this.adding = new Adding(draft);
    this.keeping = new Keeping(draft);
    this.deciding = new Deciding(draft);
  }

  Quantized run() {
    for (int i = 0; i < g.nodes().size(); i++) {
      draft.add(form(new Value(i)));
    }
    return draft.finish();
  }

  private Form form(Value line) {
    Node n = g.node(line);
    if (n.op() instanceof Constant c) {
      return new Form.Known(c.value());
    }
    if (n.op() instanceof Input) {
      Value input = b.emit(n.op(), List.of(), n.label());
      return roles.isReal(line) ? new Form.Real(input) : new Form.Plain(input);
    }
    return switch (roles.of(line)) {
      case PRODUCT ->
          new Form.Product(
              n,
              n.operands().get(0),
              roles.known(n.operands().get(1)).orElseThrow(),
              Optional.empty());
      case BIAS -> draft.multiplying().bias(line);
      case SUM -> adding.sum(line);
      case FACTOR -> adding.factor(line);
      case PRODUCT_OF_TWO -> adding.productOfTwo(n);
      case TOTAL -> adding.total(n);
      case KEEPS -> keeping.kept(line);
      case DECISION ->
          deciding.decision(n).map(v -> (Form) new Form.Plain(v)).orElseGet(() -> draft.real(line));
      case OTHER -> draft.real(line);
    };
  }
}
