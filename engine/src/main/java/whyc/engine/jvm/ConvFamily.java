package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/** Convolutions with a known weight and all channels in one group. */
final class ConvFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return line.op() instanceof Conv c
        && c.groups() == 1
        && context.varying().size() == 1
        && Families.isNumber(line);
  }

  @Override
  public Border border(Node line, int operand, Graph graph) {
    return operand == 0
        ? border(
            ((Conv) line.op()).window(),
            graph.type(line.operands().getFirst()).shape(),
            line.type().shape())
        : Border.NONE;
  }

  /** How far a window reaches over an image. */
  static Border border(Window w, Shape x, Shape y) {
    int bottom =
        (y.dim(2) - 1) * w.strideY() + (w.height() - 1) * w.dilationY() - w.top() - x.dim(2) + 1;
    int right =
        (y.dim(3) - 1) * w.strideX() + (w.width() - 1) * w.dilationX() - w.left() - x.dim(3) + 1;
    return new Border(
        Math.max(0, w.top()), Math.max(0, w.left()), Math.max(0, bottom), Math.max(0, right));
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return ConvRecipe.of(arrangement, weights, step);
  }
}
