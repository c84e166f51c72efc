/** Sums of products of 8-bit integers, bit for bit those of the operators' own evaluation. */
@NullMarked
package whyc.engine.jvm.integer;

import org.jspecify.annotations.NullMarked;
