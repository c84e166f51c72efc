package whyc.explain;

import whyc.graph.Graph;

/**
 * The image times the gradient of the score by it.
 *
 * <pre>{@code R = x * dY/dx     (Shrikumar et al. 2016, section 2)}</pre>
 *
 * The share of each number in the score, if the network were linear; for networks of convolutions,
 * ReLUs and pooling without biases the shares sum to the score exactly. {@code x} is the
 * preprocessed image: what the model is given.
 */
public record InputXGradient() implements InputExplanation {
  @Override
  public String name() {
    return "inputxgradient";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    return d.finish(d.g.mul(d.image, d.gradient(d.image)));
  }
}
