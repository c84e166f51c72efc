/** Rewrites from graph to graph, one to a file. */
@NullMarked
package whyc.pass;

import org.jspecify.annotations.NullMarked;
