package whyc.app.cli;

import java.util.List;
import java.util.stream.Stream;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.pass.PruneGradients;

/**
 * The program of the methods of one pass, whose gradients are pruned.
 *
 * @param graph with the threshold of each image as an input
 * @param zeros counts what is dropped
 */
record PrunedGraph(Graph graph, PruneGradients.Zeros zeros) {
  /** The input of thresholds, float32 [n,1,1,1]. */
  static final String THRESHOLD = "whyc_threshold";

  static PrunedGraph of(Graph explained, List<Asked> asked, Score score) {
    PruneGradients pass = new PruneGradients(score, new PruneGradients.Threshold.Given(THRESHOLD));
    PrunedGraph pruned = new PrunedGraph(pass.apply(explained), pass.zeros(explained));
    if (asked.stream().noneMatch(pruned::reaches)) {
      throw new Refusal(
          "--prune-at backward: no gradient that could be pruned lies on the way to any map that was asked for; --prune-at map prunes the finished one");
    }
    return pruned;
  }

  /** Gradients that lie on the way to an attribution. */
  Stream<PruneGradients.Gradient> gradients(Asked asked) {
    return zeros.gradients().stream().filter(g -> g.reached().contains(asked.name()));
  }

  /** Whether an attribution can change. */
  boolean reaches(Asked asked) {
    return gradients(asked).findAny().isPresent();
  }
}
