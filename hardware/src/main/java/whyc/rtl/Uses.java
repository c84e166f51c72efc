package whyc.rtl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import whyc.graph.Graph;
import whyc.op.Value;

/** Who reads the lines of a graph. */
final class Uses {
  private final List<List<Value>> readers = new ArrayList<>();
  private final Set<Value> outputs;

  Uses(Graph g) {
    this.outputs = new HashSet<>(g.outputs().values());
    g.nodes().forEach(n -> readers.add(new ArrayList<>()));
    for (int i = 0; i < g.nodes().size(); i++) {
      Value line = new Value(i);
      g.nodes().get(i).operands().stream()
          .distinct()
          .forEach(x -> readers.get(x.index()).add(line));
    }
  }

  /** All lines that read a value, in the graph's order. */
  List<Value> of(Value v) {
    return Collections.unmodifiableList(readers.get(v.index()));
  }

  /** The only line that a value is there for. */
  Optional<Value> sole(Value v) {
    List<Value> all = of(v);
    return all.size() == 1 && !outputs.contains(v) ? Optional.of(all.getFirst()) : Optional.empty();
  }
}
