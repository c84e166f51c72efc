package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;
import whyc.engine.jvm.code.Vec.Fold;
import whyc.graph.Node;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceProduct;
import whyc.op.ReduceSum;
import whyc.op.Reduction;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/**
 * Reductions of row-major floats. Where the innermost axis stays, its elements are on the lanes;
 * where it is folded, each lane folds a part of it, and the lanes are folded in order at the end.
 *
 * @param kept the axes that stay, of operand and result
 * @param folded the axes that are folded, of the operand
 */
record PlainReductionRecipe(
    Arrangement a, Weights weights, Step step, Axes kept, Axes folded, boolean innermostStays)
    implements Recipe {
  private static final int OPERAND = 0;
  private static final int RESULT = 1;

  /** Partial folds at a time: additions take 4 cycles, loads of two vectors take one. */
  private static final int PARTS = 4;

  /** The recipe for a reduction whose loops are few enough. */
  static Optional<PlainReductionRecipe> of(Arrangement a, Weights weights, Step step) {
    Node n = a.graph().node(step.heart());
    Shape s = a.graph().type(n.operands().getFirst()).shape();
    int[] stay = s.dims().stream().mapToInt(i -> i).toArray();
    int[] fold = stay.clone();
    boolean innermostStays = true;
    for (int axis = 0; axis < stay.length; axis++) {
      boolean isFolded = ((Reduction) n.op()).axes().contains(axis);
      if (s.dim(axis) > 1) {
        innermostStays = !isFolded;
      }
      (isFolded ? stay : fold)[axis] = 1;
    }
    Axes kept = new Axes(stay, List.of(s.strides(), n.type().shape().stridesWithin(s)));
    Axes folded = new Axes(fold, List.of(s.strides()));
    return kept.rank() <= (innermostStays ? 4 : 3) && folded.rank() <= 3
        ? Optional.of(new PlainReductionRecipe(a, weights, step, kept, folded, innermostStays))
        : Optional.empty();
  }

  @Override
  public String name() {
    return innermostStays ? "reduce across" : "reduce in row";
  }

  private static Fold fold(Reduction op) {
    return switch (op) {
      case ReduceSum _, ReduceMean _ -> Fold.SUM;
      case ReduceProduct _ -> Fold.PRODUCT;
      case ReduceMax _ -> Fold.MAX;
    };
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    Reduction op = (Reduction) n.op();
    Value x = n.operands().getFirst();
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("x", places.offset(x));
    arguments.put("y", places.offset(step.heart()));
    int axes = innermostStays ? 4 : 3;
    int units = 1;
    for (int i = 0; i < 3; i++) {
      int extent = kept.extents(axes)[i];
      if (i > 0) {
        arguments.put("kept" + i, extent);
      }
      arguments.put("x" + i, kept.strides(OPERAND, axes)[i]);
      arguments.put("y" + i, kept.strides(RESULT, axes)[i]);
      arguments.put("folded" + i, folded.extents(3)[i]);
      arguments.put("step" + i, folded.strides(OPERAND, 3)[i]);
      units *= extent;
    }
    if (innermostStays) {
      int inner = kept.extents(axes)[3];
      int vectors = Math.ceilDiv(inner, a.lanes().count());
      arguments.put("inner", inner);
      arguments.put("vectors", vectors);
      units *= vectors;
    } else {
      // The innermost folded elements lie side by side.
      arguments.remove("step2");
    }
    int count = a.graph().type(x).shape().size() / n.type().shape().size();
    boolean mean = op instanceof ReduceMean;
    if (mean) {
      int at = weights.place(List.of("count", count), 1, (data, to) -> data[to] = count);
      arguments.put("count", at);
    }
    Pass kind = new Pass(a.lanes(), fold(op), mean, innermostStays);
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(routine.routine(), routine.arguments(arguments), units, List.of());
  }

  /**
   * The routine. A unit is an element of the result, or a vector of elements where the innermost
   * axis stays.
   */
  private record Pass(Lanes lanes, Fold fold, boolean mean, boolean innermostStays) {
    Assembled assemble() {
      return Assembly.assemble(
          innermostStays ? "ReduceAcross" : "ReduceInRow",
          lanes,
          (code, from, to) -> {
            Code.Method element = code.method("element", 1, (c, p) -> write(c, p.getFirst()));
            code.loop(from, to, 1, unit -> code.call(element, unit));
          });
    }

    private void write(Code code, Int unit) {
      Int vectors = innermostStays ? code.argument("vectors") : Int.of(1);
      Int element = code.let(unit.over(vectors));
      Int k1 = code.argument("kept1");
      Int k2 = code.argument("kept2");
      List<Int> index =
          List.of(
              code.let(element.over(k2).over(k1)),
              code.let(element.over(k2).remainder(k1)),
              code.let(element.remainder(k2)));
      Int x = code.argument("x");
      Int y = code.argument("y");
      for (int i = 0; i < 3; i++) {
        x = x.plus(index.get(i).times(code.argument("x" + i)));
        y = y.plus(index.get(i).times(code.argument("y" + i)));
      }
      if (innermostStays) {
        Int first = code.let(unit.remainder(vectors).times(code.lanes()));
        writeAcross(code, code.let(x.plus(first)), code.let(y.plus(first)), first);
      } else {
        writeInRow(code, code.let(x), code.let(y));
      }
    }

    private void writeAcross(Code code, Int x, Int y, Int first) {
      Vec.Variable sum = code.let(code.filled(fold.neutral()));
      Int step = code.argument("step2");
      rows(
          code,
          x,
          row ->
              code.loop(
                  code.argument("folded2"),
                  k -> sum.set(fold.apply(sum, code.value(row.plus(k.times(step)))))));
      Int stored = code.argument("inner").minus(first).min(Int.of(code.lanes()));
      code.store(y, finished(code, sum), code.first(stored));
    }

    private void writeInRow(Code code, Int x, Int y) {
      int lanes = code.lanes();
      List<Vec.Variable> parts = new ArrayList<>();
      for (int i = 0; i < PARTS; i++) {
        parts.add(code.let(code.filled(fold.neutral())));
      }
      Vec.Variable first = parts.getFirst();
      Int length = code.argument("folded2");
      Int several = code.let(length.over(PARTS * lanes).times(PARTS * lanes));
      Int whole = code.let(length.over(lanes).times(lanes));
      Int left = code.let(length.minus(whole));
      rows(
          code,
          x,
          row -> {
            code.loop(
                Int.of(0),
                several,
                PARTS * lanes,
                i -> {
                  for (int p = 0; p < PARTS; p++) {
                    Vec.Variable part = parts.get(p);
                    part.set(fold.apply(part, code.value(row.plus(i).plus(p * lanes))));
                  }
                });
            code.loop(
                several, whole, lanes, i -> first.set(fold.apply(first, code.value(row.plus(i)))));
            Vec rest =
                code.filled(fold.neutral()).blend(code.value(row.plus(whole)), code.first(left));
            first.set(fold.apply(first, rest));
          });
      for (int p = 1; p < PARTS; p++) {
        first.set(fold.apply(first, parts.get(p)));
      }
      Vec folded = code.folded(first, fold);
      code.store(y, finished(code, folded), code.first(Int.of(1)));
    }

    /** The outer loops over what is folded. */
    private static void rows(Code code, Int x, Consumer<Int> body) {
      Int step0 = code.argument("step0");
      Int step1 = code.argument("step1");
      code.loop(
          code.argument("folded0"),
          i ->
              code.loop(
                  code.argument("folded1"),
                  j -> body.accept(code.let(x.plus(i.times(step0)).plus(j.times(step1))))));
    }

    private Vec finished(Code code, Vec sum) {
      return mean ? sum.over(code.broadcastWeight(code.argument("count"))) : sum;
    }
  }
}
