package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.SumPool;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/** Sums under a window that see one channel each: depthwise convolutions and sum pools. */
final class ChannelwiseFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return context.varying().size() == 1
        && Families.isNumber(line)
        && isChannelwise(line, context.varying().getFirst().type().shape());
  }

  private static boolean isChannelwise(Node line, Shape x) {
    return switch (line.op()) {
      case SumPool _ -> true;
      case Conv c -> c.groups() == x.dim(1) && line.type().shape().dim(1) == x.dim(1);
      case ConvTranspose c -> c.groups() == x.dim(1) && line.type().shape().dim(1) == x.dim(1);
      default -> false;
    };
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
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return ChannelwiseRecipe.of(arrangement, weights, step);
  }
}
