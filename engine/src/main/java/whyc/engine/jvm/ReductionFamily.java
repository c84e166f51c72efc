package whyc.engine.jvm;

import java.util.List;
import whyc.graph.Node;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceSum;
import whyc.op.Reduction;
import whyc.schedule.Step;

/**
 * Sums, means and maxima of images over places or over channels.
 *
 * @param overChannels whether over channels alone; otherwise over rows, columns or both
 */
record ReductionFamily(boolean overChannels) implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return context.fed()
        && line.type().shape().rank() == 4
        && Families.isNumber(line)
        && line.op() instanceof Reduction r
        && (r instanceof ReduceSum || r instanceof ReduceMean || r instanceof ReduceMax)
        && (overChannels
            ? r.axes().equals(List.of(1))
            : !r.axes().isEmpty() && r.axes().stream().allMatch(axis -> axis >= 2));
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return ReductionRecipe.of(arrangement, weights, step);
  }
}
