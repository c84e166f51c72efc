package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;
import whyc.engine.jvm.code.Vec.Fold;
import whyc.graph.Node;
import whyc.op.Softmax;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/**
 * Softmax of row-major floats: along the last axis a row at a time, else many rows on the lanes.
 */
record SoftmaxRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    int axis = ((Softmax) n.op()).axis();
    Value x = n.operands().getFirst();
    Shape s = n.type().shape();
    int lanes = a.lanes().count();
    int extent = s.dim(axis);
    int inner = s.product(axis + 1, s.rank());
    int outer = s.product(0, axis);
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("x", places.offset(x));
    arguments.put("y", places.offset(step.heart()));
    arguments.put("extent", extent);
    if (inner == 1) {
      InRow kind = new InRow(a.lanes());
      Assembled routine = Routines.of(kind, kind::assemble);
      return new RoutineKernel(routine.routine(), routine.arguments(arguments), outer, List.of());
    }
    arguments.put("inner", inner);
    arguments.put("vectors", Math.ceilDiv(inner, lanes));
    Across kind = new Across(a.lanes());
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        outer * Math.ceilDiv(inner, lanes),
        List.of());
  }

  /** The elements of a softmax side by side. A unit is a row. */
  private record InRow(Lanes lanes) {
    Assembled assemble() {
      return Assembly.assemble(
          "SoftmaxInRow",
          lanes,
          (code, from, to) -> {
            Code.Method row = code.method("row", 1, (c, p) -> write(c, p.getFirst()));
            code.loop(from, to, 1, unit -> code.call(row, unit));
          });
    }

    private static void write(Code code, Int row) {
      int lanes = code.lanes();
      Int extent = code.argument("extent");
      Int x = code.let(code.argument("x").plus(row.times(extent)));
      Int y = code.let(code.argument("y").plus(row.times(extent)));
      Int whole = code.let(extent.over(lanes).times(lanes));
      Int left = code.let(extent.minus(whole));
      Mask rest = code.first(left);

      Vec.Variable largest = code.let(code.filled(Float.NEGATIVE_INFINITY));
      code.loop(Int.of(0), whole, lanes, i -> largest.set(largest.max(code.value(x.plus(i)))));
      Vec last = code.value(x.plus(whole));
      largest.set(largest.max(code.filled(Float.NEGATIVE_INFINITY).blend(last, rest)));
      largest.set(code.folded(largest, Fold.MAX));

      Vec.Variable sum = code.let(code.filled(0));
      code.loop(
          Int.of(0),
          whole,
          lanes,
          i -> {
            Vec power = code.let(Functions.exp(code, code.value(x.plus(i)).minus(largest)));
            code.store(y.plus(i), power);
            sum.set(sum.plus(power));
          });
      Vec power = code.let(Functions.exp(code, code.value(x.plus(whole)).minus(largest)));
      sum.set(sum.plus(code.filled(0).blend(power, rest)));
      Vec total = code.let(code.folded(sum, Fold.SUM));
      code.loop(
          Int.of(0), whole, lanes, i -> code.store(y.plus(i), code.value(y.plus(i)).over(total)));
      code.store(y.plus(whole), power.over(total), rest);
    }
  }

  /** The elements of a softmax a stride apart. A unit is a vector of softmaxes. */
  private record Across(Lanes lanes) {
    Assembled assemble() {
      return Assembly.assemble(
          "SoftmaxAcross",
          lanes,
          (code, from, to) -> {
            Code.Method vector = code.method("vector", 1, (c, p) -> write(c, p.getFirst()));
            code.loop(from, to, 1, unit -> code.call(vector, unit));
          });
    }

    private static void write(Code code, Int unit) {
      Int extent = code.argument("extent");
      Int inner = code.argument("inner");
      Int vectors = code.argument("vectors");
      Int first = code.let(unit.remainder(vectors).times(code.lanes()));
      Int start = code.let(unit.over(vectors).times(extent).times(inner).plus(first));
      Int x = code.let(code.argument("x").plus(start));
      Int y = code.let(code.argument("y").plus(start));
      Int stored = code.let(inner.minus(first).min(Int.of(code.lanes())));

      Vec.Variable largest = code.let(code.filled(Float.NEGATIVE_INFINITY));
      code.loop(extent, k -> largest.set(largest.max(code.value(x.plus(k.times(inner))))));
      Vec.Variable sum = code.let(code.filled(0));
      code.loop(
          extent,
          k -> {
            Int at = code.let(k.times(inner));
            Vec power = code.let(Functions.exp(code, code.value(x.plus(at)).minus(largest)));
            code.store(y.plus(at), power, code.first(stored));
            sum.set(sum.plus(power));
          });
      code.loop(
          extent,
          k -> {
            Int at = code.let(y.plus(k.times(inner)));
            code.store(at, code.value(at).over(sum), code.first(stored));
          });
    }
  }
}
