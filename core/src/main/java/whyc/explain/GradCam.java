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
 * The usual first choice: coarse, cheap, and faithful where the network ends in global average pooling
 * and one linear layer. There the weights are a row of that layer's matrix (section 3.1), and nothing
 * is left to differentiate when the program runs.
 */
public record GradCam(String layer) implements CamExplanation {
  @Override
  public String name() {
    return "gradcam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    Value weights = d.g.mean(a.gradient(), 2, 3);
    return d.finish(d.g.relu(d.g.sum(d.g.mul(weights, a.value()), 1)));
  }
}
