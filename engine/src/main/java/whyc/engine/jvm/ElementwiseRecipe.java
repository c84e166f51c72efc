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
      Int blocks = code.argument("blocks");
      Code.Method block = code.method("block", 3, (c, p) -> new Block(c).write(p));
      code.loop(
          from,
          to,
          1,
          unit -> {
            Int first = code.let(unit.remainder(blocks).times(BLOCK));
            Int row = code.let(unit.over(blocks).remainder(rows));
            Int image = code.let(unit.over(blocks).over(rows));
            code.call(block, image, row, first);
          });
    }

    private final class Block {
      private final Code code;

      Block(Code code) {
        this.code = code;
      }

      void write(List<Int> position) {
        Int first = position.get(2);
        int lanes = code.lanes();
        Int end = code.let(code.argument("inner").min(first.plus(BLOCK)));
        Int vector = code.let(first.over(lanes));
        Int wholeEnd = code.let(end.over(lanes));
        Int left = code.let(end.minus(wholeEnd.times(lanes)));
        int several = whole ? vectors() : 1;
        Int severalEnd = code.let(vector.plus(wholeEnd.minus(vector).over(several).times(several)));
        code.loop(
            code.argument("columns"),
            column -> {
              Place place = new Place(position.get(0), position.get(1), column);
              if (whole) {
                code.loop(vector, severalEnd, several, v -> apply(place, v, several));
              }
              if (whole && several > 1) {
                code.loop(severalEnd, wholeEnd, 1, v -> apply(place, v, 1));
              }
              if (rest) {
                code.ifLess(Int.of(0), left, () -> applyFirst(place, wholeEnd, left), () -> {});
              }
            });
      }

      private record Place(Int image, Int row, Int column) {}

      private void apply(Place place, Int vector, int count) {
        Tail.Cursor cursor = at(place, vector);
        for (int i = 0; i < count; i++) {
          cursor.apply(code.filled(0), 0, i);
        }
      }

      private void applyFirst(Place place, Int vector, Int count) {
        at(place, vector).apply(code.filled(0), 0, 0, Optional.of(code.first(count)));
      }

      private Tail.Cursor at(Place p, Int vector) {
        return tail.at(code, p.image, p.row, p.column, vector);
      }
    }
  }
}
