/** Circuits that multiply, exactly or nearly: truth tables and error figures. */
@NullMarked
package whyc.multiplier;

import org.jspecify.annotations.NullMarked;
