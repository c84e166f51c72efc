/** Heat maps and gradients in little space: maps in tiles, their bytes, archives of many. */
@NullMarked
package whyc.heatmap;

import org.jspecify.annotations.NullMarked;
