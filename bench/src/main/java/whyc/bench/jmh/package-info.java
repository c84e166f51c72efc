/** Benchmarks by JMH beside libraries; they are no part of {@code whyc bench}. */
@NullMarked
package whyc.bench.jmh;

import org.jspecify.annotations.NullMarked;
