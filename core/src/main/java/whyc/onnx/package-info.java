/** ONNX files in and out. */
@NullMarked
package whyc.onnx;

import org.jspecify.annotations.NullMarked;
