/** ONNX Runtime as an engine. */
@NullMarked
package whyc.engine.ort;

import org.jspecify.annotations.NullMarked;
