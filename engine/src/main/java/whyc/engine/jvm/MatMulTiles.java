package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;

/**
 * Matrix products, columns on the lanes: a tile of the result, some rows by some vectors, stays in
 * registers while the loop runs over the depth.
 *
 * @param rows of a tile; a matrix whose rows are no multiple has tiles of one row less
 * @param vectors of a tile
 * @param lastVectors of the tiles at the right edge
 * @param ragged whether their last vector reaches over the last column: no lane beyond is stored
 * @param left the array of the left matrix
 * @param right likewise
 */
record MatMulTiles(
    Lanes lanes,
    int rows,
    int vectors,
    int lastVectors,
    boolean ragged,
    Tail.Bank left,
    Tail.Bank right,
    Tail tail) {

  Assembly.Assembled assemble() {
    return Assembly.assemble("MatMul%dx%d".formatted(rows, vectors), lanes, this::writeRange);
  }

  /** A unit is a block of tiles, one below the other, of one product. */
  private void writeRange(Code code, Int from, Int to) {
    Int groups = code.argument("groups");
    Int inner = code.argument("inner");
    Int blocks = code.argument("blocks");
    Int block = code.argument("block");
    Int tiles = code.argument("tiles");
    Int wideTiles = code.argument("wideTiles");
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int first = code.let(unit.remainder(blocks).times(block));
          Int product = code.let(unit.over(blocks));
          Int group = code.let(product.remainder(groups));
          Int column = code.let(product.over(groups).remainder(inner));
          Int outer = code.let(product.over(groups).over(inner));
          code.loop(
              first,
              tiles.min(first.plus(block)),
              1,
              t -> {
                Int row = code.let(t.times(rows).min(t.times(rows - 1).plus(wideTiles)));
                Runnable wide = () -> writeTile(code, rows, outer, column, group, row);
                if (rows == 1) {
                  wide.run();
                } else {
                  code.ifLess(
                      t,
                      wideTiles,
                      wide,
                      () -> writeTile(code, rows - 1, outer, column, group, row));
                }
              });
        });
  }

  private void writeTile(Code code, int height, Int outer, Int inner, Int group, Int row) {
    Code.Method whole = tile(code, height, vectors, false);
    if (lastVectors == vectors && !ragged) {
      code.call(whole, outer, inner, group, row);
      return;
    }
    Code.Method last = tile(code, height, lastVectors, ragged);
    code.ifLess(
        group,
        code.argument("groups").minus(Int.of(1)),
        () -> code.call(whole, outer, inner, group, row),
        () -> code.call(last, outer, inner, group, row));
  }

  private Code.Method tile(Code code, int height, int width, boolean partial) {
    return code.method(
        "tile%dx%d%s".formatted(height, width, partial ? "partial" : ""),
        4,
        (c, p) -> new Tile(c, height, width, partial).write(p));
  }

  private final class Tile {
    private final Code code;
    private final int height;
    private final int width;
    private final boolean partial;
    private final List<Vec.Variable> sums;

    Tile(Code code, int height, int width, boolean partial) {
      this.code = code;
      this.height = height;
      this.width = width;
      this.partial = partial;
      this.sums = code.zeros(width * height);
    }

    void write(List<Int> position) {
      Int outer = position.get(0);
      Int inner = position.get(1);
      Int group = position.get(2);
      Int row = position.get(3);
      Int rowStride = code.argument("leftRow");
      Int step = code.argument("rightStep");
      Int x = start("left", outer, inner).plus(row.times(rowStride));
      Int w = code.let(start("right", outer, inner).plus(group.times(code.argument("rightGroup"))));
      List<Int> x0 = new ArrayList<>();
      Int first = code.let(x);
      for (int q = 0; q < height; q++) {
        x0.add(code.let(first.plus(rowStride.times(q))));
      }
      code.loop(code.argument("depth"), k -> multiply(x0, k, code.let(w.plus(k.times(step)))));
      Int vector = code.let(group.times(vectors));
      Tail.Cursor cursor = tail.at(code, outer, inner, row, vector);
      for (int v = 0; v < width; v++) {
        boolean cut = partial && v == width - 1;
        Optional<Mask> stored =
            cut ? Optional.of(code.let(columnsOf(vector.plus(v)))) : Optional.empty();
        for (int q = 0; q < height; q++) {
          Vec sum = sums.get(v * height + q);
          cursor.apply(sum, q, v, stored);
        }
      }
    }

    private Int start(String matrix, Int outer, Int inner) {
      return code.argument(matrix)
          .plus(outer.times(code.argument(matrix + "Outer")))
          .plus(inner.times(code.argument(matrix + "Inner")));
    }

    /** The lanes of a vector that are columns. */
    private Mask columnsOf(Int vector) {
      Int left = code.argument("columns").minus(vector.times(code.lanes()));
      return code.first(left);
    }

    private void multiply(List<Int> x, Int k, Int w) {
      List<Vec.Variable> row = new ArrayList<>();
      for (int v = 0; v < width; v++) {
        Int at = w.plus(v * lanes.count());
        row.add(code.let(right == Tail.Bank.WEIGHTS ? code.weight(at) : code.value(at)));
      }
      for (int q = 0; q < height; q++) {
        Int at = x.get(q).plus(k);
        Vec.Variable number =
            code.let(
                left == Tail.Bank.WEIGHTS ? code.broadcastWeight(at) : code.broadcastValue(at));
        for (int v = 0; v < width; v++) {
          Vec.Variable sum = sums.get(v * height + q);
          sum.set(number.fma(row.get(v), sum));
        }
      }
    }
  }
}
