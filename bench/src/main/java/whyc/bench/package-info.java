/** Benchmarks, each beside its plain twin. */
@NullMarked
package whyc.bench;

import org.jspecify.annotations.NullMarked;
