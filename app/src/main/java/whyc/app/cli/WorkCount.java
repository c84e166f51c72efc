package whyc.app.cli;

import java.util.Collection;
import java.util.List;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Cost;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Squeeze;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * Arithmetic and memory traffic of a program, line by line.
 *
 * <p>Lines that depend on no input are computed once, when a program is loaded, and count nothing;
 * nor do mere reshapings.
 */
final class WorkCount {
  private final Graph graph;
  private final int images;
  private final boolean[] varies;
  private final boolean[] model;

  private WorkCount(Graph graph, int images, boolean[] varies, boolean[] model) {
    this.graph = graph;
    this.images = images;
    this.varies = varies;
    this.model = model;
  }

  /** What some lines do for one image. */
  record Work(Cost cost, long bytes) {}

  /**
   * Prepares to count.
   *
   * @param graph the model's graph with lines added
   */
  static WorkCount of(Model model, Graph graph) {
    boolean[] varies = graph.dependingOnInputs();
    List<Value> own = model.graph().outputs().keySet().stream().map(graph::output).toList();
    int images = model.dynamicBatch() ? Model.TYPED_BATCH : 1;
    return new WorkCount(graph, images, varies, graph.neededFor(own));
  }

  /** The model itself. */
  Work ofModel() {
    return sum(model);
  }

  /** What results take beyond the lines that the model needs. */
  Work beyondModel(Collection<Value> results) {
    boolean[] lines = graph.neededFor(results);
    for (int i = 0; i < lines.length; i++) {
      lines[i] &= !model[i];
    }
    return sum(lines);
  }

  private Work sum(boolean[] lines) {
    Cost cost = Cost.NONE;
    long bytes = 0;
    for (int i = 0; i < lines.length; i++) {
      Node n = graph.nodes().get(i);
      if (lines[i] && varies[i] && n.op() instanceof Primitive p && !isView(n)) {
        List<TensorType> operands = n.operands().stream().map(graph::type).toList();
        cost = cost.plus(p.cost(operands));
        bytes += n.op() instanceof Input ? 0 : moved(n);
      }
    }
    return new Work(
        new Cost(cost.multiplyAdds() / images, cost.elementary() / images), bytes / images);
  }

  /**
   * Operands read and the result written; weights are read once for all images, and of what is
   * gathered from only the picked part.
   */
  private long moved(Node n) {
    if (n.op() instanceof Gather || n.op() instanceof GatherElements) {
      return 2 * n.type().bytes() + graph.type(n.operands().get(1)).bytes();
    }
    long bytes = n.type().bytes();
    for (Value v : n.operands()) {
      bytes += graph.type(v).bytes() * (varies[v.index()] ? 1 : images);
    }
    return bytes;
  }

  private static boolean isView(Node n) {
    return n.op() instanceof Reshape
        || n.op() instanceof ReshapeAs
        || n.op() instanceof Squeeze
        || n.op() instanceof Unsqueeze;
  }
}
