package whyc.simulate.systolic;

/**
 * What stays in the elements of an array while a fold runs.
 *
 * <p>A layer is the product {@code y[m,n] = x[m,k] * w[k,n]}: m places, k taps of all input
 * channels, n output channels.
 *
 * <pre>{@code
 *                     rows  columns  steps    enter at the left   enter at the top
 * OUTPUT_STATIONARY   m     n        k        inputs              weights
 * WEIGHT_STATIONARY   k     n        m        inputs              weights, before the fold
 * INPUT_STATIONARY    k     m        n        weights             inputs, before the fold
 * }</pre>
 *
 * Results leave at the bottom.
 */
public enum Dataflow {
  OUTPUT_STATIONARY,
  WEIGHT_STATIONARY,
  INPUT_STATIONARY;

  /** How the product lies on an array. */
  Mapping map(Product p) {
    return switch (this) {
      case OUTPUT_STATIONARY -> new Mapping(p.places(), p.outputs(), p.depth());
      case WEIGHT_STATIONARY -> new Mapping(p.depth(), p.outputs(), p.places());
      case INPUT_STATIONARY -> new Mapping(p.depth(), p.places(), p.outputs());
    };
  }
}
