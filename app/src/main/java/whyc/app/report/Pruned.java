package whyc.app.report;

import java.util.List;
import java.util.Map;

/**
 * What pruning did to one map.
 *
 * @param tree for the manifest
 * @param summary for people, in a few words
 * @param warnings what was asked for and not reached
 */
public record Pruned(Map<String, Object> tree, String summary, List<String> warnings) {}
