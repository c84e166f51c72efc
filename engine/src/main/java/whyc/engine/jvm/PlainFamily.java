package whyc.engine.jvm;

import whyc.graph.Node;
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
    return new PlainRecipe(arrangement, weights, step);
  }
}
