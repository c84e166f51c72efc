/** Searches for networks: their shapes, their training, and what explanations say of both. */
@NullMarked
package whyc.architecture;

import org.jspecify.annotations.NullMarked;
