/** Runs a compiled graph; chooses who does. */
@NullMarked
package whyc.engine;

import org.jspecify.annotations.NullMarked;
