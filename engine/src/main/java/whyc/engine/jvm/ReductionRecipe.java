package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.Reduction;
import whyc.op.Value;
import whyc.schedule.Step;

/** A reduction of an image, by {@link SpatialFold} or {@link ChannelFold}. */
record ReductionRecipe(Arrangement a, Weights weights, Step step, FusedTail tail)
    implements Recipe {
  static ReductionRecipe of(Arrangement a, Weights weights, Step step) {
    return new ReductionRecipe(a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())));
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  private Reduction op() {
    return (Reduction) node().op();
  }

  @Override
  public String name() {
    return "fold";
  }

  /** What is done with two numbers. */
  enum Fold {
    SUM,
    MEAN,
    MAX;

    static Fold of(Reduction op) {
      return op instanceof ReduceMax ? MAX : op instanceof ReduceMean ? MEAN : SUM;
    }
  }

  @Override
  public Kernel bind(Places places) {
    Value input = node().operands().getFirst();
    Layout.Image x = a.image(input);
    Layout.Image y = a.image(step.heart());
    Fold fold = Fold.of(op());
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", y.height());
    arguments.put("columns", y.width());
    arguments.put("input", places.offset(input) + x.origin());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputRow", x.rowStride());
    arguments.put("inputPixel", x.pixelStride());
    if (fold == Fold.MEAN) {
      arguments.put("count", count(x.shape().size() / y.shape().size()));
    }
    tail.bind(arguments, a, weights, places);
    return op().axes().equals(List.of(1))
        ? overChannels(places, fold, arguments)
        : overPlaces(places, fold, arguments);
  }

  private int count(int numbers) {
    return weights.place(List.of("count", numbers), 1, (data, at) -> data[at] = numbers);
  }

  private Kernel overPlaces(Places places, Fold fold, Map<String, Integer> arguments) {
    Layout.Image x = a.image(node().operands().getFirst());
    Layout.Image y = a.image(step.heart());
    int vectors = y.pixelStride() / a.lanes().count();
    // Sums of rows, and of these.
    int tile = Tile.pixels(vectors, a.core().mostSums() / 2);
    tile = vectors % tile == 0 ? tile : 1;
    arguments.put("groups", vectors / tile);
    arguments.put("foldedRows", op().axes().contains(2) ? x.height() : 1);
    arguments.put("foldedColumns", op().axes().contains(3) ? x.width() : 1);
    SpatialFold kind = new SpatialFold(a.lanes(), tile, fold, tail.tail());
    return kernel(
        places,
        Routines.of(kind, kind::assemble),
        arguments,
        y.images() * y.height() * (vectors / tile));
  }

  private Kernel overChannels(Places places, Fold fold, Map<String, Integer> arguments) {
    Layout.Image x = a.image(node().operands().getFirst());
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    arguments.put("wholeVectors", x.channels() / lanes);
    arguments.put("rest", (1 << x.channels() % lanes) - 1);
    ChannelFold kind = new ChannelFold(a.lanes(), fold, x.channels() % lanes > 0, tail.tail());
    if (!kind.rest()) {
      arguments.remove("rest");
    }
    return kernel(places, Routines.of(kind, kind::assemble), arguments, y.images() * y.height());
  }

  private Kernel kernel(
      Places places, Assembled routine, Map<String, Integer> arguments, int units) {
    return new RoutineKernel(
        routine.routine(), routine.arguments(arguments), units, tail.bordered(a, places));
  }
}
