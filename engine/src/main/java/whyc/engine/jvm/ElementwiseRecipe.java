package whyc.engine.jvm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.schedule.Step;

/** Lines that work element by element, on images, in one pass. */
record ElementwiseRecipe(Arrangement a, Weights weights, Step step, FusedTail tail)
    implements Recipe {

  static ElementwiseRecipe of(Arrangement a, Weights weights, Step step) {
    return new ElementwiseRecipe(a, weights, step, FusedTail.of(a, step, Optional.empty()));
  }

  @Override
  public String name() {
    return "elementwise";
  }

  @Override
  public Kernel bind(Places places) {
    Layout.Image y = tail.shape();
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", y.height());
    arguments.put("columns", y.width());
    arguments.put("vectors", y.pixelStride() / a.lanes().count());
    tail.bind(arguments, a, weights, places);
    Pass kind = new Pass(a.lanes(), tail.tail());
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * y.height(),
        tail.bordered(a, places));
  }

  /** A unit is a row of an image. */
  private record Pass(Lanes lanes, Tail tail) {
    Assembled assemble() {
      return Assembly.assemble("Elementwise", lanes, this::write);
    }

    private void write(Code code, Int from, Int to) {
      Int rows = code.argument("rows");
      Int columns = code.argument("columns");
      Int vectors = code.argument("vectors");
      code.loop(
          from,
          to,
          1,
          unit -> {
            Int row = code.let(unit.remainder(rows));
            Int image = code.let(unit.over(rows));
            code.loop(
                columns,
                column ->
                    code.loop(
                        vectors,
                        vector ->
                            tail.at(code, image, row, column, vector).apply(code.filled(0), 0, 0)));
          });
    }
  }
}
