/** Explanations: functions from graph to graph, one method to a file. */
@NullMarked
package whyc.explain;

import org.jspecify.annotations.NullMarked;
