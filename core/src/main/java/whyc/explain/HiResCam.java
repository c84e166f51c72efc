package whyc.explain;

import whyc.graph.Graph;

/**
 * High-resolution class activation map: gradient times activation, position by position.
 *
 * <pre>{@code L[i,j] = max(0, sum_k dY/dA[k,i,j] * A[k,i,j])     (Draelos and Carin 2020, eq. 7)}
 * </pre>
 *
 * Shows what the layer really contributed where the gradient differs from place to place; equal to
 * {@link GradCam} where the network ends in global average pooling and one linear layer.
 */
public record HiResCam(String layer, boolean relu) implements CamExplanation {
  public HiResCam(String layer) {
    this(layer, true);
  }

  @Override
  public String name() {
    return "hirescam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    return d.finish(Maps.weighted(d.g, a.gradient(), a.value(), relu));
  }
}
