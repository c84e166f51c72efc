package whyc.assign;

/**
 * What noise at a layer does to the score, to first order: the squared gradient.
 *
 * <pre>{@code
 * channel = sum over places of (dF/dy)^2      layer = sum over channels
 * noise of F = n * layer                      for independent noise of variance n at each value
 * }</pre>
 *
 * So with {@link Network#noise} it predicts the noise that a circuit in a layer makes in the score,
 * without any emulation. Cost: one evaluation of the model and its gradient for each image.
 */
public record Sensitivity() implements Criticality {
  @Override
  public String name() {
    return "squared gradient";
  }
}
