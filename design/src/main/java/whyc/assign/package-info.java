/** Which layers matter, and a multiplier for every layer. */
@NullMarked
package whyc.assign;

import org.jspecify.annotations.NullMarked;
