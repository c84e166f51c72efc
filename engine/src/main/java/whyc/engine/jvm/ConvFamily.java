package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.schedule.Step;

/** Convolutions with a known weight, transposed ones and those in groups, too. */
final class ConvFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return (line.op() instanceof Conv || line.op() instanceof ConvTranspose)
        && context.varying().size() == 1
        && Families.isNumber(line);
  }

  @Override
  public Border border(Node line, int operand, Graph graph) {
    return operand == 0
        ? Sweep.of(line).border(graph.type(line.operands().getFirst()).shape())
        : Border.NONE;
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public boolean readsNumbers() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return ConvRecipe.of(arrangement, weights, step);
  }
}
