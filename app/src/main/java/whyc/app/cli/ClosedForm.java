package whyc.app.cli;

import java.util.Optional;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.ArgMax;
import whyc.op.Input;
import whyc.op.Value;

/**
 * Whether an explanation has a closed form: the image acts on the attribution only through the
 * class and, for a class activation map, through the activation of its layer, and nothing of the
 * model behind that layer is looked at. Then no derivative is computed when the program runs. Found
 * by following the data: what reaches the attribution from the image while class and activation are
 * taken as given.
 */
final class ClosedForm {
  private ClosedForm() {}

  /**
   * The form, in words; absent where the image acts otherwise, too, or the class does not matter.
   *
   * @param graph simplified, with the answer among its outputs
   * @param layer the model's tensor that is weighed
   */
  static Optional<String> of(Model model, Graph graph, Asked answer, Optional<String> layer) {
    boolean[] own = own(model, graph);
    boolean[] open = new boolean[own.length];
    boolean[] asked = new boolean[own.length];
    int choice = choice(graph, answer);
    for (int i = 0; i < own.length; i++) {
      Node n = graph.nodes().get(i);
      for (Value v : n.operands()) {
        boolean given = !own[i] && layer.filter(graph.node(v).label()::equals).isPresent();
        open[i] |= open[v.index()] && !given;
        asked[i] |= asked[v.index()];
      }
      if (i == choice) {
        open[i] = false;
        asked[i] = true;
      }
      open[i] |= n.op() instanceof Input;
    }
    int result = graph.output(answer.name()).index();
    if (open[result] || !asked[result]) {
      return Optional.empty();
    }
    return Optional.of(
        layer.isPresent()
            ? "the image acts on the map only through the class and the layer: no derivative is left to compute"
            : "the image acts on the attribution only through the class: no derivative is left to compute");
  }

  /** The line that chooses the class. */
  private static int choice(Graph graph, Asked answer) {
    Value at = graph.output(answer.classOutput());
    while (!(graph.node(at).op() instanceof ArgMax) && !graph.node(at).operands().isEmpty()) {
      at = graph.node(at).operands().getFirst();
    }
    return at.index();
  }

  /** The lines that the model's own outputs need. */
  private static boolean[] own(Model model, Graph graph) {
    boolean[] own = new boolean[graph.nodes().size()];
    model.graph().outputs().keySet().forEach(o -> own[graph.output(o).index()] = true);
    for (int i = own.length - 1; i >= 0; i--) {
      if (own[i]) {
        graph.nodes().get(i).operands().forEach(v -> own[v.index()] = true);
      }
    }
    return own;
  }
}
