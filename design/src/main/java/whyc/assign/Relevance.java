package whyc.assign;

/**
 * How strongly each channel drives the score, whichever way: absolute gradient times activation.
 *
 * <pre>{@code channel = sum over places of |dF/dy * y|      layer = sum over channels}</pre>
 *
 * The first term of what removing a value changes (Molchanov et al. 2017, taken value by value).
 * Cost: one evaluation of the model and its gradient for each image. A value that is large where
 * the gradient is saturated counts nothing.
 */
public record Relevance() implements Criticality {
  @Override
  public String name() {
    return "relevance";
  }
}
