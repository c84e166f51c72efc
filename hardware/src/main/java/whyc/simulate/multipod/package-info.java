/** Energy of networks on several weight-stationary arrays, part of them approximate. */
@NullMarked
package whyc.simulate.multipod;

import org.jspecify.annotations.NullMarked;
