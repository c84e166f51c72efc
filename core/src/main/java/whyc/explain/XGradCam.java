package whyc.explain;

import whyc.graph.Graph;
import whyc.op.Emit;
import whyc.op.Value;

/**
 * Axiom-based Grad-CAM: a channel's weight is the mean of its gradients, weighed by the activation.
 *
 * <pre>{@code
 * w[k] = sum_ij dY/dA[k,i,j] * A[k,i,j] / sum_ij A[k,i,j]      (Fu et al. 2020, eq. 8)
 * L[i,j] = max(0, sum_k w[k] * A[k,i,j])
 * }</pre>
 *
 * The map sums to gradient times activation, as {@link HiResCam}'s does, while staying as smooth as
 * {@link GradCam}'s. Meant for activations that are not negative. A channel whose activations sum
 * to 0 gets the weight 0.
 *
 * @param epsilon added to the sum of activations; with 0 a sum of 0 is told apart instead
 */
public record XGradCam(String layer, boolean relu, double epsilon) implements CamExplanation {
  public XGradCam(String layer) {
    this(layer, true, 0);
  }

  @Override
  public String name() {
    return "xgradcam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    return d.finish(Maps.weighted(d.g, weights(d.g, a), a.value(), relu));
  }

  private Value weights(Emit g, Draft.Activation a) {
    Value contribution = g.sum(g.mul(a.gradient(), a.value()), 2, 3);
    Value total = g.sum(a.value(), 2, 3);
    return epsilon == 0
        ? Maps.ratio(g, contribution, total)
        : g.div(contribution, g.shift(total, epsilon));
  }
}
