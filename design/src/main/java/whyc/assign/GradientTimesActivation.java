package whyc.assign;

/**
 * What each channel as a whole contributes to the score, to first order.
 *
 * <pre>{@code
 * channel = sum over places of dF/dy * y      layer = sum over channels of the mean of |channel|
 * }</pre>
 *
 * (Molchanov et al. 2017, but for a constant factor; Shrikumar et al. 2016 for inputs.) Values of
 * one channel that pull either way cancel, as they do in a multiplier's bias; {@link Relevance}
 * counts both. Cost: one evaluation of the model and its gradient for each image.
 */
public record GradientTimesActivation() implements Criticality {
  @Override
  public String name() {
    return "gradient x activation";
  }
}
