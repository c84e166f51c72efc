package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.pass.ChannelsThroughConv;
import whyc.pass.ConvTransposeToConv;
import whyc.pass.Expand;
import whyc.pass.FoldBatchNorm;
import whyc.pass.FoldConstants;
import whyc.pass.IntegersAsFloats;
import whyc.pass.QuantizeAsFloats;
import whyc.pass.RemoveDead;
import whyc.pass.Simplify;
import whyc.pass.SpreadByConvTranspose;
import whyc.pass.StoreDecisions;
import whyc.pass.TurnIntegerConvs;

/** The form in which this engine schedules a graph. */
final class Lowering {
  private Lowering() {}

  static Graph of(Graph graph) {
    Graph g = new Expand().apply(graph);
    g = new TurnIntegerConvs().apply(g);
    g = new IntegersAsFloats().apply(g);
    g = new Simplify().apply(g);
    g = new FoldBatchNorm().apply(g);
    g = new SpreadByConvTranspose().apply(g);
    g = new ConvTransposeToConv().apply(g);
    g = new ChannelsThroughConv().apply(g);
    g = new FoldConstants().apply(g);
    g = new QuantizeAsFloats().apply(g);
    g = new StoreDecisions().apply(g);
    return new RemoveDead().apply(g);
  }
}
