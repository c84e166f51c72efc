/** Explanations as RTL: cells, the tools that read them, and what is built of both. */
@NullMarked
package whyc.rtl;

import org.jspecify.annotations.NullMarked;
