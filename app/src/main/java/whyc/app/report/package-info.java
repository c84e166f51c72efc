/** What is left behind: the folder of results, its manifests and its page. */
@NullMarked
package whyc.app.report;

import org.jspecify.annotations.NullMarked;
