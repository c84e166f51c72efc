/**
 * Networks in integers: the ranges of their values are measured, then every line is written in
 * codes of few bits. {@link whyc.pass.quantize.Quantize} is the pass, {@link
 * whyc.pass.quantize.Observation} measures.
 */
@NullMarked
package whyc.pass.quantize;

import org.jspecify.annotations.NullMarked;
