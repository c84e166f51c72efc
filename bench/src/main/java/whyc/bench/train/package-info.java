/** Trains the network that ships with whyc. */
@NullMarked
package whyc.bench.train;

import org.jspecify.annotations.NullMarked;
