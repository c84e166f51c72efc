package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.graph.Node;
import whyc.op.ExpandAs;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/**
 * What works element by element: on images of one rank, some of which may be one pixel, or row by
 * row.
 */
record ElementwiseFamily(boolean onImages) implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    List<Node> read =
        line.op() instanceof ExpandAs ? context.operands().subList(0, 1) : context.operands();
    List<Node> varying = read.stream().filter(context.varying()::contains).toList();
    return Families.isNumberOrTruth(line)
        && read.stream().allMatch(Families::isNumberOrTruth)
        && Elementwise.has(line, varying)
        && (onImages ? areImages(line, context) : loops(line.type().shape(), read) <= 4);
  }

  private static boolean areImages(Node line, Context context) {
    int rank = line.type().shape().rank();
    return context.fed()
        && (rank == 4 || rank == 2)
        && context.varying().stream()
            .allMatch(v -> v.type().shape().rank() == rank && Families.isNumberOrTruth(v));
  }

  /** The nested loops that a line takes on its own. */
  private static int loops(Shape shape, List<Node> read) {
    int[] extents = shape.dims().stream().mapToInt(i -> i).toArray();
    List<int[]> strides = new ArrayList<>();
    strides.add(shape.strides());
    read.forEach(v -> strides.add(v.type().shape().stridesWithin(shape)));
    return new Axes(extents, strides).rank();
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
