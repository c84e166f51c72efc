/** Graphs as lists of lines in order, and the interpreter that gives them their meaning. */
@NullMarked
package whyc.graph;

import org.jspecify.annotations.NullMarked;
