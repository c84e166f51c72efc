package whyc.accelerator;

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
  INPUT_STATIONARY
}
