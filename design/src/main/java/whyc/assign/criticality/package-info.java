/** How much each layer, stage and channel of a network matters, measured in several ways. */
@NullMarked
package whyc.assign.criticality;

import org.jspecify.annotations.NullMarked;
