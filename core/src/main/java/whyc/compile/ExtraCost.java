package whyc.compile;

import java.util.Collection;
import java.util.List;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Cost;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * What lines of a program cost for one image, and which of them the model needs anyway. Lines that
 * depend on no input are computed once, when a program is loaded, and count nothing.
 */
final class ExtraCost {
  private final Cost[] costs;
  private final Graph graph;
  private final boolean[] model;

  private ExtraCost(Cost[] costs, Graph graph, boolean[] model) {
    this.costs = costs;
    this.graph = graph;
    this.model = model;
  }

  /**
   * @param graph the model's graph with lines added
   */
  static ExtraCost of(Model model, Graph graph) {
    Collection<Value> own = model.graph().outputs().keySet().stream().map(graph::output).toList();
    return new ExtraCost(costs(graph, model.dynamicBatch()), graph, graph.neededFor(own));
  }

  Cost ofModel() {
    return sum(model);
  }

  /** What results cost beyond the lines that the model needs. */
  Cost beyondModel(Collection<Value> results) {
    boolean[] needed = graph.neededFor(results);
    for (int i = 0; i < needed.length; i++) {
      needed[i] &= !model[i];
    }
    return sum(needed);
  }

  private Cost sum(boolean[] lines) {
    Cost sum = Cost.NONE;
    for (int i = 0; i < lines.length; i++) {
      sum = lines[i] ? sum.plus(costs[i]) : sum;
    }
    return sum;
  }

  /** For a batch of {@link Model#TYPED_BATCH} and for one image, arithmetic is in proportion. */
  private static Cost[] costs(Graph graph, boolean dynamicBatch) {
    int images = dynamicBatch ? Model.TYPED_BATCH : 1;
    Cost[] costs = new Cost[graph.nodes().size()];
    boolean[] varies = graph.dependingOnInputs();
    for (int i = 0; i < costs.length; i++) {
      Node n = graph.nodes().get(i);
      costs[i] =
          varies[i] && n.op() instanceof Primitive p ? perImage(p, n, graph, images) : Cost.NONE;
    }
    return costs;
  }

  private static Cost perImage(Primitive p, Node n, Graph graph, int images) {
    List<TensorType> operands = n.operands().stream().map(graph::type).toList();
    Cost all = p.cost(operands);
    return new Cost(all.multiplyAdds() / images, all.elementary() / images);
  }
}
