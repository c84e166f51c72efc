/**
 * Pictures in and out: image files to tensors, raw maps to heat maps with a caption, PNG files.
 *
 * <p>This room knows nothing of graphs or tensors of the core: plain arrays come in and go out.
 */
@NullMarked
package whyc.app.image;

import org.jspecify.annotations.NullMarked;
