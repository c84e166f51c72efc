/** Immutable tensors: shapes, element types, values. */
@NullMarked
package whyc.tensor;

import org.jspecify.annotations.NullMarked;
