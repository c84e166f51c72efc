/** Derivatives, taken by appending lines to a graph. */
@NullMarked
package whyc.diff;

import org.jspecify.annotations.NullMarked;
