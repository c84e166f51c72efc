package whyc.engine.jvm;

import whyc.graph.Node;
import whyc.op.Where;
import whyc.schedule.Step;

/** What works element by element, on images of one rank, some of which may be one pixel. */
final class ElementwiseFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    int rank = line.type().shape().rank();
    return context.fed()
        && (rank == 4 || rank == 2)
        && Elementwise.has(line.op())
        && Families.isNumberOrTruth(line)
        && context.varying().stream()
            .allMatch(v -> v.type().shape().rank() == rank && Families.isNumberOrTruth(v))
        && !hasConstantTruths(line, context);
  }

  private static boolean hasConstantTruths(Node line, Context context) {
    return line.op() instanceof Where
        && context.varying().stream().noneMatch(v -> !Families.isNumber(v));
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return ElementwiseRecipe.of(arrangement, weights, step);
  }
}
