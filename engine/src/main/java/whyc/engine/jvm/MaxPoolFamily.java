package whyc.engine.jvm;

import whyc.graph.Node;
import whyc.op.MaxPool;
import whyc.op.MaxPoolSwitches;
import whyc.schedule.Step;

/**
 * The largest value under each window, and which tap it came through. A window that sees nothing of
 * the image would leave minus infinity in lanes beyond the channels, where zero must be; such pools
 * of more padding than window are left to the definition.
 *
 * @param switches whether the latter, whose result is no number that lines could follow
 */
record MaxPoolFamily(boolean switches) implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return context.varying().size() == 1
        && Families.isNumber(context.varying().getFirst())
        && (switches
            ? line.op() instanceof MaxPoolSwitches
            : line.op() instanceof MaxPool
                && Sweep.of(line).seesImage(context.varying().getFirst().type().shape()));
  }

  @Override
  public boolean takesTail() {
    return !switches;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return MaxPoolRecipe.of(arrangement, weights, step);
  }
}
