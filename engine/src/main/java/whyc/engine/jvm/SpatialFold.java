package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.jvm.ReductionRecipe.Fold;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * A sum, mean or maximum over places, channels on the lanes. Sums are of sums of rows, whose
 * rounding errors grow with height and width rather than with their product.
 *
 * @param vectors that are folded at once, so that additions need not wait for each other
 */
record SpatialFold(Lanes lanes, int vectors, Fold fold, Tail tail) {
  Assembly.Assembled assemble() {
    return Assembly.assemble("SpatialFold" + vectors, lanes, this::writeRange);
  }

  /** A unit is a row of the result, for one group of vectors of one image. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int groups = code.argument("groups");
    Int columns = code.argument("columns");
    Code.Method pixel = code.method("pixel", 4, this::write);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int group = code.let(unit.over(rows).remainder(groups));
          Int image = code.let(unit.over(rows).over(groups));
          code.loop(columns, column -> code.call(pixel, image, group, row, column));
        });
  }

  private void write(Code code, List<Int> position) {
    Int image = position.get(0);
    Int group = position.get(1);
    Int row = position.get(2);
    Int column = position.get(3);
    Int inputRow = code.argument("inputRow");
    Int inputPixel = code.argument("inputPixel");
    Int foldedRows = code.argument("foldedRows");
    Int foldedColumns = code.argument("foldedColumns");
    Int start =
        code.let(
            code.argument("input")
                .plus(image.times(code.argument("inputImage")))
                .plus(row.times(inputRow))
                .plus(column.times(inputPixel))
                .plus(group.times(vectors * lanes.count())));
    List<Vec.Variable> all = start(code);
    code.loop(
        foldedRows,
        i -> {
          List<Vec.Variable> line = start(code);
          Int at = code.let(start.plus(i.times(inputRow)));
          code.loop(
              foldedColumns,
              j -> {
                Int from = code.let(at.plus(j.times(inputPixel)));
                for (int v = 0; v < vectors; v++) {
                  fold(line.get(v), code.value(from.plus(v * lanes.count())));
                }
              });
          for (int v = 0; v < vectors; v++) {
            fold(all.get(v), line.get(v));
          }
        });
    Tail.Cursor cursor = tail.at(code, image, row, column, code.let(group.times(vectors)));
    for (int v = 0; v < vectors; v++) {
      if (fold == Fold.MEAN) {
        all.get(v).set(all.get(v).over(code.broadcastWeight(code.argument("count"))));
      }
      cursor.apply(all.get(v), 0, v);
    }
  }

  private List<Vec.Variable> start(Code code) {
    float nothing = fold == Fold.MAX ? Float.NEGATIVE_INFINITY : 0;
    return IntStream.range(0, vectors).mapToObj(v -> code.let(code.filled(nothing))).toList();
  }

  private void fold(Vec.Variable folded, Vec x) {
    folded.set(fold == Fold.MAX ? folded.max(x) : folded.plus(x));
  }
}
