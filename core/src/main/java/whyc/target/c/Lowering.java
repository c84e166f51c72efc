package whyc.target.c;

import whyc.graph.Graph;
import whyc.pass.ConvTransposeToConv;
import whyc.pass.Expand;
import whyc.pass.FoldBatchNorm;
import whyc.pass.FoldConstants;
import whyc.pass.RemoveDead;
import whyc.pass.Simplify;
import whyc.pass.SpreadByConvTranspose;
import whyc.pass.StoreDecisions;

/**
 * The form in which graphs are written: primitives alone, what is known as constants, decisions
 * stored where they are made.
 */
final class Lowering {
  private Lowering() {}

  static Graph of(Graph graph) {
    return new Expand()
        .then(new Simplify())
        .then(new FoldBatchNorm())
        .then(new SpreadByConvTranspose())
        .then(new ConvTransposeToConv())
        .then(new FoldConstants())
        .then(new StoreDecisions())
        .then(new RemoveDead())
        .apply(graph);
  }
}
