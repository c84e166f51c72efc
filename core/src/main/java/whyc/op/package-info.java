/** Operators: each owns its shape rule, its meaning, its derivative and its cost. */
@NullMarked
package whyc.op;

import org.jspecify.annotations.NullMarked;
