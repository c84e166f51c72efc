/** Accelerators, read from data files. */
@NullMarked
package whyc.accelerator;

import org.jspecify.annotations.NullMarked;
