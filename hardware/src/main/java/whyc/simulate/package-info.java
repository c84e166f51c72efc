/** Cycles, traffic and energy of a graph on an accelerator. */
@NullMarked
package whyc.simulate;

import org.jspecify.annotations.NullMarked;
