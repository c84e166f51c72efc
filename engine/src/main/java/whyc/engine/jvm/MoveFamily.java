package whyc.engine.jvm;

import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Squeeze;
import whyc.op.Unsqueeze;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/**
 * Lines that change a shape and no number. Between images of one pixel and matrices they are mere
 * views; a change of layout is a copy. A constant in the shape of something else is no move.
 */
record MoveFamily(boolean onImages) implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    if (!isReshaping(line) || !Families.isNumber(line)) {
      return false;
    }
    Node from = context.operands().getFirst();
    if (from.op() instanceof Constant) {
      return false;
    }
    return !onImages
        || context.fed() && isPixel(line.type().shape()) && isPixel(from.type().shape());
  }

  static boolean isReshaping(Node line) {
    return switch (line.op()) {
      case Reshape _, ReshapeAs _, Squeeze _, Unsqueeze _ -> true;
      default -> false;
    };
  }

  private static boolean isPixel(Shape s) {
    return s.rank() == 2 || s.rank() == 4 && s.dim(2) == 1 && s.dim(3) == 1;
  }

  @Override
  public boolean readsNumbers() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return new MoveRecipe(arrangement, step);
  }
}
