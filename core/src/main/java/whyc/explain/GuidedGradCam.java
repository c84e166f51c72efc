package whyc.explain;

import whyc.graph.Graph;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * Guided backpropagation where Grad-CAM looks.
 *
 * <pre>
 * {@code R = guided backpropagation * resize(Grad-CAM)     (Selvaraju et al. 2017, section 3.2)}
 * </pre>
 *
 * As sharp as {@link GuidedBackprop} and as much about the class as {@link GradCam}: a picture to
 * look at, not a quantity to compute with.
 *
 * @param layer of the Grad-CAM
 * @param resizing how the map is brought to the image's size; the paper says bilinear
 */
public record GuidedGradCam(String layer, Resizing resizing) implements InputExplanation {
  public GuidedGradCam(String layer) {
    this(layer, Resizing.LINEAR);
  }

  @Override
  public String name() {
    return "guidedgradcam";
  }

  @Override
  public Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    Draft.Activation a = d.activation(layer);
    Value map = Maps.weighted(d.g, d.g.mean(a.gradient(), 2, 3), a.value(), true);
    Shape image = d.g.shape(d.image);
    Value large = resizing.apply(d.g, map, ImageAxes.height(image), ImageAxes.width(image));
    Value guided = GuidedBackprop.of(d);
    return d.finish(d.g.mul(guided, ImageAxes.mapLike(d.g, large, d.image)));
  }
}
