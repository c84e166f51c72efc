package whyc.engine.jvm;

import whyc.engine.jvm.code.Lanes;

/**
 * What a plan is made for.
 *
 * @param lanes of the vectors that kernels work on
 * @param threads that share each kernel
 * @param choice between kernels that compute the same
 */
record Setting(Lanes lanes, int threads, Choice choice) {}
