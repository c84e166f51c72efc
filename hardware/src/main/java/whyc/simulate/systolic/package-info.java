/** Systolic arrays: closed forms of the time and traffic of layers on them. */
@NullMarked
package whyc.simulate.systolic;

import org.jspecify.annotations.NullMarked;
