/** Finished heat maps as data: what of them is kept. */
@NullMarked
package whyc.heatmap;

import org.jspecify.annotations.NullMarked;
