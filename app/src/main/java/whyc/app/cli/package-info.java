/** The commands: from arguments to files and lines of text. */
@NullMarked
package whyc.app.cli;

import org.jspecify.annotations.NullMarked;
