package whyc.engine.jvm;

import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.MatMul;
import whyc.schedule.Step;

/**
 * Matrix products of floats: row-major, over at most two leading axes; or, on images of one pixel,
 * with a known matrix, as the last layer of a network has it.
 */
record MatMulFamily(boolean onImages) implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    if (!(line.op() instanceof MatMul) || !Families.isNumber(line)) {
      return false;
    }
    return onImages
        ? context.fed()
            && line.type().shape().rank() == 2
            && !(context.operands().get(0).op() instanceof Constant)
            && context.operands().get(1).op() instanceof Constant
        : line.type().shape().rank() <= 4;
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return MatMulRecipe.of(arrangement, weights, step);
  }
}
