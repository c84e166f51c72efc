package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.schedule.Step;

/** The derivative of max pools by their switches, for windows of few taps that meet in a place. */
final class MaxPoolRouteFamily implements Family {
  /** Taps of a phase: their code is unrolled. */
  private static final int MAX_TAPS = 49;

  @Override
  public boolean computes(Node line, Context context) {
    return line.op() instanceof MaxPoolRoute
        && context.varying().size() == 2
        && context.varying().getFirst().op() instanceof MaxPoolSwitches
        && Families.isNumber(line)
        && Sweep.of(line)
            .map((rows, columns) -> rows.taps().size() * columns.taps().size())
            .stream()
            .allMatch(taps -> taps <= MAX_TAPS);
  }

  /** Windows beside the image have no cotangent. */
  @Override
  public Border border(Node line, int operand, Graph graph) {
    return operand == 1
        ? Sweep.of(line).border(graph.type(line.operands().get(1)).shape())
        : Border.NONE;
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return MaxPoolRouteRecipe.of(arrangement, weights, step);
  }
}
