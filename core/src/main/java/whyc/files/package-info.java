/** Files, folders and processes that are not to outlive the program. */
@NullMarked
package whyc.files;

import org.jspecify.annotations.NullMarked;
