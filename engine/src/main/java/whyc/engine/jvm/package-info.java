/** Runs graphs in the JVM: a static schedule over one arena, and kernels made for its layers. */
@NullMarked
package whyc.engine.jvm;

import org.jspecify.annotations.NullMarked;
