package whyc.graph;

import java.util.List;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * One line of a graph.
 *
 * @param operands results of earlier lines
 * @param label the name of the model's tensor that this line computes, or empty where the line was
 *     added by the compiler
 */
public record Node(Op op, List<Value> operands, TensorType type, String label) {
  public Node {
    operands = List.copyOf(operands);
  }
}
