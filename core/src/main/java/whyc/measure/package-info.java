/** How near a map is to another, and how well it says what a model looks at. */
@NullMarked
package whyc.measure;

import org.jspecify.annotations.NullMarked;
