package whyc.explain;

import whyc.graph.Graph;

/**
 * Class activation map with a weight for each position.
 *
 * <pre>{@code
 * w[k,i,j] = max(0, dY/dA[k,i,j])                 (Jiang et al. 2021, eq. 5)
 * L[i,j] = max(0, sum_k w[k,i,j] * A[k,i,j])      (eq. 6 and 7)
 * }</pre>
 *
 * Meant for early layers too, whose gradients differ so much from place to place that one weight
 * for a channel blurs them: finer maps than {@link GradCam}, at the price of more clutter.
 */
public record LayerCam(String layer, boolean relu) implements CamExplanation {
  public LayerCam(String layer) {
    this(layer, true);
  }

  @Override
  public String name() {
    return "layercam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    return d.finish(Maps.weighted(d.g, d.g.relu(a.gradient()), a.value(), relu));
  }
}
