package whyc.engine.jvm;

import whyc.graph.Node;
import whyc.op.Reduction;
import whyc.op.Softmax;
import whyc.schedule.Step;

/** Every line that no other family computes. */
final class PlainFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return true;
  }

  @Override
  public boolean onImages() {
    return false;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    Node line = arrangement.graph().node(step.heart());
    Recipe plain = new PlainRecipe(arrangement, weights, step);
    if (!Families.isNumber(line) || arrangement.isConstant(line.operands().getFirst())) {
      return plain;
    }
    return switch (line.op()) {
      case Softmax _ -> new SoftmaxRecipe(arrangement, step);
      case Reduction _ ->
          PlainReductionRecipe.of(arrangement, weights, step).map(Recipe.class::cast).orElse(plain);
      default -> plain;
    };
  }
}
