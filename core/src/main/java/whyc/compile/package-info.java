/** A model with its explanations, as a file for a target. */
@NullMarked
package whyc.compile;

import org.jspecify.annotations.NullMarked;
