/** Measures of how good an explanation is. */
@NullMarked
package whyc.measure;

import org.jspecify.annotations.NullMarked;
