package whyc.pass;

import java.util.ArrayList;
import java.util.List;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Value;

/** Replaces composites by the programs they stand for; afterwards all lines are primitives. */
public record Expand() implements Pass {
  @Override
  public Graph apply(Graph g) {
    Builder b = new Builder();
    List<Value> values = new ArrayList<>(g.nodes().size());
    for (Node n : g.nodes()) {
      List<Value> operands = n.operands().stream().map(v -> values.get(v.index())).toList();
      values.add(b.expand(n.op(), operands, n.label()));
    }
    return b.finish(Builder.mapped(g.outputs(), v -> values.get(v.index())));
  }
}
