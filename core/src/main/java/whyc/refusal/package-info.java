/** What was given and cannot be used, said in one sentence to whoever gave it. */
@NullMarked
package whyc.refusal;

import org.jspecify.annotations.NullMarked;
