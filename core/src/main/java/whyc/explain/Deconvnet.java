package whyc.explain;

import whyc.graph.Graph;

/**
 * The deconvolutional network: at each ReLU only what is positive passes back, whether the ReLU was
 * open or not.
 *
 * <pre>
 * {@code dx = max(0, dy)     at each ReLU y = max(x, 0)     (Zeiler and Fergus 2014, section 2.1)}
 * </pre>
 *
 * Everything else passes its derivative; max-pooling passes to its winners, which the paper calls
 * switches. Of historical interest: it shows less of the image than {@link GuidedBackprop}.
 */
public record Deconvnet() implements InputExplanation {
  @Override
  public String name() {
    return "deconvnet";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    return d.finish(d.gradient((g, at, operand) -> g.relu(at.cotangent()), d.image));
  }
}
