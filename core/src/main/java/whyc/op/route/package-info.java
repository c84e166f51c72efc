/**
 * What a product's table is made of: bits that do not count, a few terms, or nothing of the kind.
 */
@NullMarked
package whyc.op.route;

import org.jspecify.annotations.NullMarked;
