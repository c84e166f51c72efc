package whyc.simulate.systolic;

/** How a transposed convolution, of which explanations are made, becomes matrix products. */
public enum Transposed {
  /**
   * One product for each phase: output places that meet the same taps. Nothing is multiplied by a
   * zero between inputs, every output is written once, and for strides of 1 it is an ordinary
   * convolution with the window turned. The best of the known mappings for strides above 1, and
   * what a good compiler emits.
   */
  PHASES,

  /**
   * One product over the input with {@code stride - 1} zeros between its values: all taps at every
   * output place, most of them for nothing.
   */
  ZERO_DILATED
}
