package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Mask;
import whyc.schedule.Step;

/** Lines that work element by element, in one pass over as long runs as the layouts allow. */
record ElementwiseRecipe(Arrangement a, Weights weights, Step step, FusedTail tail)
    implements Recipe {

  /** Numbers of a piece of work: some cache lines of each array, in the smallest cache together. */
  private static final int BLOCK = 4096;

  static ElementwiseRecipe of(Arrangement a, Weights weights, Step step) {
    return new ElementwiseRecipe(a, weights, step, FusedTail.of(a, step, Optional.empty()));
  }

  @Override
  public String name() {
    return a.isImage(step.heart()) ? "elementwise" : "plain elementwise";
  }

  @Override
  public Kernel bind(Places places) {
    Map<String, Integer> arguments = new HashMap<>();
    int[] extents = tail.bindJoined(arguments, a, weights, places);
    int inner = extents[3];
    int lanes = a.lanes().count();
    int blocks = Math.ceilDiv(inner, BLOCK);
    arguments.put("rows", extents[1]);
    arguments.put("columns", extents[2]);
    arguments.put("inner", inner);
    arguments.put("blocks", blocks);
    Pass kind = new Pass(a.lanes(), tail.tail(), inner % lanes != 0, inner >= lanes);
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        extents[0] * extents[1] * blocks,
        tail.bordered(a, places));
  }

  /**
   * A unit is a block of the innermost axis, for all columns of one row.
   *
   * @param rest whether a run ends within a vector
   * @param whole whether it has whole vectors
   */
  private record Pass(Lanes lanes, Tail tail, boolean rest, boolean whole) {
    Assembled assemble() {
      return Assembly.assemble("Elementwise", lanes, this::write);
    }

    /** Several vectors at once, where their text is short: their loads need not wait. */
    private int vectors() {
      int weight = tail.lines().stream().mapToInt(l -> Elementwise.weight(l.op())).sum();
      return weight <= 4 ? 4 : weight <= 8 ? 2 : 1;
    }

    private void write(Code code, Int from, Int to) {
      Int rows = code.argument("rows");
      Int columns = code.argument("columns");
      Int blocks = code.argument("blocks");
      Code.Method block = code.method("block", 4, (c, p) -> new Block(c).write(p));
      code.loop(
          from,
          to,
          1,
          unit -> {
            Int first = code.let(unit.remainder(blocks).times(BLOCK));
            Int row = code.let(unit.over(blocks).remainder(rows));
            Int image = code.let(unit.over(blocks).over(rows));
            code.loop(columns, column -> code.call(block, image, row, column, first));
          });
    }

    private final class Block {
      private final Code code;

      Block(Code code) {
        this.code = code;
      }

      void write(List<Int> position) {
        Int first = position.get(3);
        int lanes = code.lanes();
        Int end = code.let(code.argument("inner").min(first.plus(BLOCK)));
        Int vector = code.let(first.over(lanes));
        Int wholeEnd = code.let(end.over(lanes));
        if (whole) {
          int several = vectors();
          Int severalEnd =
              code.let(vector.plus(wholeEnd.minus(vector).over(several).times(several)));
          code.loop(
              vector,
              severalEnd,
              several,
              v -> {
                Tail.Cursor cursor = at(position, v);
                for (int i = 0; i < several; i++) {
                  cursor.apply(code.filled(0), 0, i);
                }
              });
          if (several > 1) {
            code.loop(severalEnd, wholeEnd, 1, v -> at(position, v).apply(code.filled(0), 0, 0));
          }
        }
        if (rest) {
          Int left = code.let(end.minus(wholeEnd.times(lanes)));
          code.ifLess(
              Int.of(0),
              left,
              () -> {
                Mask stored = code.first(left);
                at(position, wholeEnd).apply(code.filled(0), 0, 0, Optional.of(stored));
              },
              () -> {});
        }
      }

      private Tail.Cursor at(List<Int> position, Int vector) {
        return tail.at(code, position.get(0), position.get(1), position.get(2), vector);
      }
    }
  }
}
