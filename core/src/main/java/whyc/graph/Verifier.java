package whyc.graph;

import java.util.List;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * Checks what every graph owes: operands come earlier, and each type is the one that its rule
 * gives.
 */
public final class Verifier {
  private Verifier() {}

  /** Returns the graph, or refuses it with the line that is wrong. */
  public static Graph verify(Graph graph) {
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node n = graph.nodes().get(i);
      for (Value operand : n.operands()) {
        if (operand.index() < 0 || operand.index() >= i) {
          throw new IllegalArgumentException(
              "line %" + i + " wants operands of earlier lines, got " + operand);
        }
      }
      List<TensorType> types = n.operands().stream().map(graph::type).toList();
      TensorType type = n.op().infer(types);
      if (!type.equals(n.type())) {
        throw new IllegalArgumentException(
            "line %"
                + i
                + " wants the type "
                + type
                + " of "
                + n.op().name()
                + ", got "
                + n.type());
      }
    }
    graph
        .outputs()
        .forEach((name, value) -> {
          if (value.index() < 0 || value.index() >= graph.nodes().size()) {
            throw new IllegalArgumentException(
                "output " + name + " wants a line of the graph, got " + value);
          }
        });
    return graph;
  }
}
