/**
 * A small language of vectors, loops and addresses, from which kernels are written as classes when
 * a program is compiled: the same text serves every vector width, tile and epilogue.
 */
@NullMarked
package whyc.engine.jvm.code;

import org.jspecify.annotations.NullMarked;
