package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Ints;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;

/**
 * Lists of the numbers under the windows of a tile of pixels, without those that are zero for all
 * of them.
 *
 * <p>The window is one row high. Each tile has a list of places along that row, in order, and their
 * count. A NaN is not zero.
 *
 * @param pixels of a tile, along the row; a row that is no multiple has tiles of one pixel less
 */
record NumberLists(Lanes lanes, int pixels) {

  Assembled assemble() {
    return Assembly.assemble("NumberLists" + pixels, lanes, this::writeRange);
  }

  /** A unit is a row of the result, numbered over all images. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int columns = code.argument("columns");
    Int wideColumns = code.argument("wideColumns");
    Int tiles = code.argument("tiles");
    Int pixel = code.argument("inputPixel");
    Code.Method wide = tile(code, pixels);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int total = code.let(code.argument("totals").plus(unit));
          code.storeWhole(total, Int.of(0));
          Int line =
              code.let(
                  code.argument("input")
                      .plus(unit.over(rows).times(code.argument("inputImage")))
                      .plus(unit.remainder(rows).times(code.argument("inputRow"))));
          Int.Variable list = code.variable(unit.times(tiles));
          code.loop(
              Int.of(0),
              wideColumns,
              pixels,
              column -> {
                code.call(wide, line.plus(column.times(pixel)), list, total);
                list.set(list.plus(1));
              });
          if (pixels > 1) {
            Code.Method narrow = tile(code, pixels - 1);
            code.loop(
                wideColumns,
                columns,
                pixels - 1,
                column -> {
                  code.call(narrow, line.plus(column.times(pixel)), list, total);
                  list.set(list.plus(1));
                });
          }
        });
  }

  private Code.Method tile(Code code, int width) {
    return code.method(
        "tile" + width, 3, (c, p) -> writeTile(c, width, p.get(0), p.get(1), p.get(2)));
  }

  /**
   * Lists one tile's numbers.
   *
   * @param input its first number
   * @param list the number of its list
   * @param total where listed numbers are counted
   */
  private void writeTile(Code code, int width, Int input, Int list, Int total) {
    Int run = code.argument("run");
    Int pixel = code.argument("inputPixel");
    Ints laneNumbers = code.let(code.laneNumbers());
    List<Int> x =
        IntStream.range(0, width).mapToObj(q -> code.let(input.plus(pixel.times(q)))).toList();
    Int start = code.let(code.argument("lists").plus(list.times(run)));
    Int.Variable end = code.variable(start);
    code.loop(
        Int.of(0),
        run,
        lanes.count(),
        t -> {
          Mask some = code.let(anyOf(code, x, t));
          Vec places = laneNumbers.plus(t).asFloats();
          code.store(end, places.compressed(some));
          end.set(end.plus(some.count()));
        });
    Int count = code.let(end.minus(start));
    code.storeWhole(code.argument("counts").plus(list), count);
    code.storeWhole(total, code.whole(total).plus(count));
  }

  private static Mask anyOf(Code code, List<Int> x, Int t) {
    return x.stream().map(at -> code.value(at.plus(t)).notEqual(0)).reduce(Mask::or).orElseThrow();
  }
}
