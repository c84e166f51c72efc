package whyc.engine.jvm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.MaxPool;
import whyc.op.MaxPoolSwitches;
import whyc.op.Op;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Step;

/**
 * A max pool or its switches. Padding never wins, so that windows at the edges are cut to the
 * image; the zeros around it are not read.
 */
record MaxPoolRecipe(Arrangement a, Weights weights, Step step, FusedTail tail) implements Recipe {

  /** Pixels of a tile. */
  private static final int PIXELS = 8;

  /** Rows of taps that are longer are not unrolled. */
  private static final int UNROLLED = 8;

  static MaxPoolRecipe of(Arrangement a, Weights weights, Step step) {
    return new MaxPoolRecipe(a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())));
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  private static Window window(Op op) {
    return switch (op) {
      case MaxPool p -> p.window();
      case MaxPoolSwitches s -> s.window();
      default -> throw new IllegalArgumentException(op.name() + " is no max pool");
    };
  }

  @Override
  public String name() {
    return "max pool";
  }

  @Override
  public Kernel bind(Places places) {
    Value input = node().operands().getFirst();
    Layout.Image x = a.image(input);
    Layout.Image y = a.image(step.heart());
    Window w = window(node().op());
    boolean switches = node().op() instanceof MaxPoolSwitches;
    int interiorFrom = Math.min(y.width(), Math.max(0, Math.ceilDiv(w.left(), w.strideX())));
    int lastStart = x.width() - 1 - (w.width() - 1) * w.dilationX() + w.left();
    int interiorTo = Math.clamp(Math.floorDiv(lastStart, w.strideX()) + 1, interiorFrom, y.width());
    int interior = interiorTo - interiorFrom;
    boolean unrolled = w.width() <= UNROLLED && !switches;
    MaxPooling kind =
        new MaxPooling(
            a.lanes(),
            interior == 0 || switches ? 1 : Tile.pixels(interior, PIXELS),
            unrolled ? w.width() : 1,
            unrolled ? w.strideX() : 1,
            unrolled ? w.dilationX() : 1,
            switches ? a.planes(step.heart()) : 0,
            switches ? Tail.NONE : tail.tail());
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", y.height());
    arguments.put("columns", y.width());
    arguments.put("vectors", y.pixelStride() / a.lanes().count());
    arguments.put("interiorFrom", interiorFrom);
    arguments.put("interiorTo", interiorTo);
    int tiles = Math.ceilDiv(interior, kind.pixels());
    arguments.put(
        "wideTo", interiorFrom + (tiles - (tiles * kind.pixels() - interior)) * kind.pixels());
    arguments.put("height", x.height());
    arguments.put("width", x.width());
    arguments.put("windowHeight", w.height());
    arguments.put("windowWidth", w.width());
    arguments.put("top", w.top());
    arguments.put("left", w.left());
    arguments.put("strideY", w.strideY());
    arguments.put("strideX", w.strideX());
    arguments.put("dilationY", w.dilationY());
    arguments.put("dilationX", w.dilationX());
    arguments.put("input", places.offset(input) + x.origin());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputRow", x.rowStride());
    arguments.put("inputPixel", x.pixelStride());
    if (switches) {
      arguments.put("switches", places.offset(step.heart()));
    } else {
      tail.bind(arguments, a, weights, places);
    }
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * y.height(),
        tail.bordered(a, places));
  }
}
