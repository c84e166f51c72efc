package whyc.app.cli;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.pass.PruneGradients;

/**
 * The program of the methods of one pass, whose gradients are pruned.
 *
 * @param graph with the threshold of each image as an input
 * @param zeros counts what is dropped
 * @param reached names of the attributions that pruning can change
 */
record PrunedGraph(Graph graph, PruneGradients.Zeros zeros, Set<String> reached) {
  /** The input of thresholds, float32 [n,1,1,1]. */
  static final String THRESHOLD = "whyc_threshold";

  static PrunedGraph of(Graph explained, List<Asked> asked, Score score) {
    PruneGradients pass =
        new PruneGradients(score, new PruneGradients.Threshold.Given(THRESHOLD));
    Set<String> reached = checkedReached(explained, asked, score);
    return new PrunedGraph(pass.apply(explained), pass.zeros(explained), reached);
  }

  /** The attributions on whose way a gradient is pruned, of which there has to be one. */
  static Set<String> checkedReached(Graph explained, List<Asked> asked, Score score) {
    PruneGradients pass = new PruneGradients(score, 1);
    Set<String> reached =
        asked.stream()
            .map(Asked::name)
            .filter(name -> pass.reaches(explained, name))
            .collect(Collectors.toSet());
    if (reached.isEmpty()) {
      throw new Refusal(
          "--prune-at backward: no gradient that could be pruned lies on the way to any map that was asked for; --prune-at map prunes the finished one");
    }
    return reached;
  }
}
