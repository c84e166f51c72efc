/**
 * Graphs as C99: a header, one function over one static arena, its weights, the kernels it uses.
 */
@NullMarked
package whyc.target.c;

import org.jspecify.annotations.NullMarked;
