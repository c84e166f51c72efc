package whyc.explain;

import whyc.graph.Graph;

/**
 * The gradient of the score by the image, signed.
 *
 * <pre>{@code S = dY/dx     (Simonyan et al. 2014, section 3)}</pre>
 *
 * Says what a small change of each number would do; noisy to look at, exact to compute with. Drawn
 * as the sum of absolute values over the channels.
 */
public record Saliency() implements InputExplanation {
  @Override
  public String name() {
    return "saliency";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    return d.finish(d.gradient(d.image));
  }
}
