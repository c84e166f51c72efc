package whyc.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Value;

/** A pass that looks at one line at a time, after the lines that it uses were rewritten. */
abstract class Rewriting implements Pass {

  /**
   * What to write instead of a line.
   *
   * @param operands the line's operands in the new graph
   * @return absent to keep the line
   */
  abstract Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands);

  @Override
  public Graph apply(Graph g) {
    Builder b = new Builder();
    List<Value> values = new ArrayList<>(g.nodes().size());
    for (Node n : g.nodes()) {
      List<Value> operands = n.operands().stream().map(v -> values.get(v.index())).toList();
      Value value = rewritten(b, n.op(), operands).orElseGet(() -> b.emit(n.op(), operands));
      b.name(value, n.label());
      values.add(value);
    }
    return b.finish(Builder.mapped(g.outputs(), v -> values.get(v.index())));
  }

  private Optional<Value> rewritten(Builder b, Op op, List<Value> operands) {
    return op instanceof Primitive p ? rewrite(b, p, operands) : Optional.empty();
  }
}
