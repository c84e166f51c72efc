/** When each value of a graph lives, and how much memory that takes. */
@NullMarked
package whyc.schedule;

import org.jspecify.annotations.NullMarked;
