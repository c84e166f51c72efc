package whyc.engine.jvm;

import whyc.engine.jvm.code.Lanes;

/**
 * What a plan is made for.
 *
 * @param lanes of the vectors that kernels work on
 * @param threads that share each kernel
 * @param choice between kernels that compute the same
 * @param skipsZeros whether convolutions may leave out products with zeros
 */
record Setting(Lanes lanes, int threads, Choice choice, boolean skipsZeros) {
  Setting(Lanes lanes, int threads, Choice choice) {
    this(lanes, threads, choice, true);
  }
}
