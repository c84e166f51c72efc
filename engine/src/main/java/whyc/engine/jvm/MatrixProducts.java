package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;

/**
 * Products of matrices, as many as there are points, outputs on the lanes.
 *
 * <pre>{@code y[p] = x[p] * w[p]        x: [p][rows][depth]   w: [p][group][depth][vector][lane]}
 * </pre>
 *
 * @param rows of a tile of the result; a last tile may have one less
 * @param vectors of a tile
 */
record MatrixProducts(Lanes lanes, int rows, int vectors) {
  Assembly.Assembled assemble() {
    return Assembly.assemble(
        "MatrixProducts%dx%d".formatted(rows, vectors), lanes, this::writeRange);
  }

  /** A unit is a group of vectors of one point. */
  private void writeRange(Code code, Int from, Int to) {
    Int groups = code.argument("groups");
    Int columns = code.argument("columns");
    Int wideColumns = code.argument("wideColumns");
    Int inputRow = code.argument("inputRow");
    Int resultRow = code.argument("resultRow");
    Code.Method wide = tile(code, rows);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int group = code.let(unit.remainder(groups));
          Int point = code.let(unit.over(groups));
          Int x = code.let(code.argument("input").plus(point.times(code.argument("inputPoint"))));
          Int w = code.let(code.argument("weights").plus(unit.times(code.argument("weightGroup"))));
          Int y =
              code.let(
                  code.argument("result")
                      .plus(point.times(code.argument("resultPoint")))
                      .plus(group.times(vectors * lanes.count())));
          code.loop(
              Int.of(0),
              wideColumns,
              rows,
              row -> code.call(wide, x.plus(row.times(inputRow)), w, y.plus(row.times(resultRow))));
          if (rows > 1) {
            Code.Method narrow = tile(code, rows - 1);
            code.loop(
                wideColumns,
                columns,
                rows - 1,
                row ->
                    code.call(
                        narrow, x.plus(row.times(inputRow)), w, y.plus(row.times(resultRow))));
          }
        });
  }

  private Code.Method tile(Code code, int height) {
    return code.method("tile" + height, 3, (c, p) -> writeTile(c, height, p));
  }

  private void writeTile(Code code, int height, List<Int> position) {
    Sums sums = new Sums(code, height, vectors);
    Int inputRow = code.argument("inputRow");
    Int resultRow = code.argument("resultRow");
    List<Int> x = new ArrayList<>();
    for (int q = 0; q < height; q++) {
      x.add(code.let(position.get(0).plus(inputRow.times(q))));
    }
    sums.add(x, code.argument("depth"), position.get(1));
    for (int q = 0; q < height; q++) {
      Int y = code.let(position.get(2).plus(resultRow.times(q)));
      for (int v = 0; v < vectors; v++) {
        code.store(y.plus(v * lanes.count()), sums.get(q, v));
      }
    }
  }
}
