package whyc.engine.jvm;

import whyc.graph.Node;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.schedule.Step;

/** Products of bytes by whatever circuit, with a known weight. */
final class IntegerFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return (line.op() instanceof IntegerConv || line.op() instanceof IntegerMatMul)
        && context.varying().size() == 1
        && line.operands().size() == 2
        && context.operands().stream().allMatch(n -> n.type().element().bytes() == 1);
  }

  @Override
  public boolean onImages() {
    return false;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return arrangement.isConstant(arrangement.graph().node(step.heart()).operands().getLast())
        ? new IntegerRecipe(arrangement, step)
        : new PlainRecipe(arrangement, weights, step);
  }
}
