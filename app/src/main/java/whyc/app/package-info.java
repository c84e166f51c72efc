/** Where the program starts. */
@NullMarked
package whyc.app;

import org.jspecify.annotations.NullMarked;
