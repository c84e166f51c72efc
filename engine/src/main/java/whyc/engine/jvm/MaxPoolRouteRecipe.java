package whyc.engine.jvm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.MaxPoolRoute;
import whyc.op.Value;
import whyc.schedule.Step;

/** The derivative of a max pool by its switches, phase by phase. */
record MaxPoolRouteRecipe(Arrangement a, Weights weights, Step step, FusedTail tail)
    implements Recipe {
  static MaxPoolRouteRecipe of(Arrangement a, Weights weights, Step step) {
    return new MaxPoolRouteRecipe(
        a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())));
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  @Override
  public String name() {
    return "max pool route";
  }

  @Override
  public Kernel bind(Places places) {
    return Together.of(Sweep.of(node()).map((rows, columns) -> bind(places, rows, columns)));
  }

  private Kernel bind(Places places, Axis rows, Axis columns) {
    Value switches = node().operands().get(0);
    Value cotangent = node().operands().get(1);
    Layout.Image x = a.image(cotangent);
    Layout.Image y = a.image(step.heart());
    SwitchedSum kind =
        new SwitchedSum(
            a.lanes(),
            rows.taps(),
            columns.taps(),
            rows.spacing(),
            columns.spacing(),
            ((MaxPoolRoute) node().op()).window().width(),
            a.planes(switches),
            tail.tail());
    int vectors = y.pixelStride() / a.lanes().count();
    int word = vectors * a.planes(switches);
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", rows.count());
    arguments.put("columns", columns.count());
    arguments.put("vectors", vectors);
    if (kind.isReached()) {
      arguments.put("firstRow", rows.offset());
      arguments.put("firstColumn", columns.offset());
      arguments.put("height", x.height());
      arguments.put("width", x.width());
      arguments.put("input", places.offset(cotangent) + x.origin());
      arguments.put("inputImage", x.imageStride());
      arguments.put("inputRow", x.rowStride());
      arguments.put("inputPixel", x.pixelStride());
      arguments.put("switches", places.offset(switches));
      arguments.put("switchesImage", x.height() * x.width() * word);
      arguments.put("switchesRow", x.width() * word);
      arguments.put("switchesPixel", word);
    }
    tail.bind(arguments, a, weights, places, rows, columns);
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * rows.count(),
        tail.bordered(a, places));
  }
}
