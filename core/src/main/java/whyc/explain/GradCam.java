package whyc.explain;

import whyc.graph.Graph;
import whyc.op.Value;

/**
 * Gradient-weighted class activation map.
 *
 * <pre>{@code
 * w[k] = mean_ij dY/dA[k,i,j]                (Selvaraju et al. 2017, eq. 1)
 * L[i,j] = max(0, sum_k w[k] * A[k,i,j])     (eq. 2)
 * }</pre>
 *
 * The usual first choice: coarse, cheap, and faithful where the network ends in global average
 * pooling and one linear layer. There the weights are a row of that layer's matrix (section 3.1),
 * and nothing is left to differentiate when the program runs.
 *
 * @param relu whether negative values are cut off
 * @param guided whether the mean is over positions with a positive activation and a positive
 *     gradient alone, the others counting as 0: tf-explain's weights
 */
public record GradCam(String layer, boolean relu, boolean guided) implements CamExplanation {
  public GradCam(String layer) {
    this(layer, true, false);
  }

  @Override
  public String name() {
    return "gradcam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    Value gradient = guided ? d.g.gate(a.value(), d.g.relu(a.gradient())) : a.gradient();
    Value weights = d.g.mean(gradient, 2, 3);
    return d.finish(Maps.weighted(d.g, weights, a.value(), relu));
  }
}
