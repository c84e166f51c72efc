package whyc.explain;

import whyc.graph.Graph;
import whyc.op.Emit;
import whyc.op.Site;
import whyc.op.Value;

/**
 * Guided backpropagation: at each ReLU only what is positive passes back, and only where the ReLU
 * was open.
 *
 * <pre>{@code dx = max(0, dy) where y > 0, else 0     at each ReLU y = max(x, 0)
 *                                          (Springenberg et al. 2015, section 3.4)}</pre>
 *
 * Everything else passes its derivative. Sharp pictures of what excites the network; they hardly
 * depend on the class, so they say more about the image than about the decision (Adebayo et al.
 * 2018). The rule looks at the graph: a ReLU is one wherever it stands, be it a Clip from 0.
 */
public record GuidedBackprop() implements InputExplanation {
  @Override
  public String name() {
    return "guided";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    return d.finish(of(d));
  }

  /** The guided cotangent of the image. */
  static Value of(Draft d) {
    return d.gradient(GuidedBackprop::atRelu, d.image);
  }

  private static Value atRelu(Emit g, Site at, int operand) {
    return g.gate(at.result(), g.relu(at.cotangent()));
  }
}
