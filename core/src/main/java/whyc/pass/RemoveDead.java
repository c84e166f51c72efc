package whyc.pass;

import java.util.BitSet;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;

/** Drops lines that no output needs. Inputs stay: they are part of what the caller sees. */
public record RemoveDead() implements Pass {
  @Override
  public Graph apply(Graph g) {
    BitSet live = new BitSet();
    g.outputs().values().forEach(v -> live.set(v.index()));
    for (int i = g.nodes().size() - 1; i >= 0; i--) {
      Node n = g.nodes().get(i);
      if (live.get(i) || n.op() instanceof Input) {
        live.set(i);
        n.operands().forEach(v -> live.set(v.index()));
      }
    }
    Builder b = new Builder();
    Value[] values = new Value[g.nodes().size()];
    for (int i = 0; i < values.length; i++) {
      if (live.get(i)) {
        Node n = g.nodes().get(i);
        values[i] =
            b.emit(n.op(), n.operands().stream().map(v -> values[v.index()]).toList(), n.label());
      }
    }
    return b.finish(Builder.mapped(g.outputs(), v -> values[v.index()]));
  }
}
