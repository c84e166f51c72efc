package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;

/**
 * Convolution over {@link NumberLists}, output channels on the lanes: {@link DirectConv} without
 * the numbers that are zero for all pixels of a tile, in the same order and with the same weights.
 *
 * <p>For windows one row high. With another loop around that of the list, over rows of taps, the
 * compiler of the JVM keeps the sums in objects, and nothing is won.
 *
 * @param pixels of a tile
 * @param vectors of a tile, some groups of the weights' vectors
 * @param packed vectors of a group of weights
 */
record ListedConv(Lanes lanes, int pixels, int vectors, int packed, Tail tail) {

  /** Floats of a cache line. */
  private static final int LINE = 16;

  Assembled assemble() {
    return Assembly.assemble("ListedConv%dx%d".formatted(pixels, vectors), lanes, this::writeRange);
  }

  /** A unit is a row of the result, for one group of vectors of one image. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int groups = code.argument("groups");
    Int columns = code.argument("columns");
    Int wideColumns = code.argument("wideColumns");
    Int tiles = code.argument("tiles");
    Code.Method wide = tile(code, pixels);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int group = code.let(unit.over(rows).remainder(groups));
          Int image = code.let(unit.over(rows).over(groups));
          code.ifEqual(row, Int.of(0), () -> code.call(reading(code), group), () -> {});
          Int.Variable list = code.variable(image.times(rows).plus(row).times(tiles));
          code.loop(
              Int.of(0),
              wideColumns,
              pixels,
              column -> {
                code.call(wide, image, group, row, column, list);
                list.set(list.plus(1));
              });
          if (pixels > 1) {
            Code.Method narrow = tile(code, pixels - 1);
            code.loop(
                wideColumns,
                columns,
                pixels - 1,
                column -> {
                  code.call(narrow, image, group, row, column, list);
                  list.set(list.plus(1));
                });
          }
        });
  }

  /**
   * Reads the weights of a group in order, a number of each cache line. Lists jump over weights,
   * which the processor then does not foresee: from memory they come at half the speed.
   */
  private Code.Method reading(Code code) {
    return code.method(
        "read",
        1,
        (c, p) -> {
          Int group = p.getFirst();
          Int size = c.let(c.argument("weightGroup").times(vectors / packed));
          Int start = c.let(c.argument("weights").plus(group.times(size)));
          Int.Variable all = c.variable(Int.of(0));
          c.loop(start, start.plus(size), LINE, at -> all.set(all.or(c.weightBits(at))));
          c.storeWhole(c.argument("seen").plus(group), all);
        });
  }

  private Code.Method tile(Code code, int width) {
    return code.method("tile" + width, 5, (c, p) -> writeTile(c, width, p));
  }

  private void writeTile(Code code, int width, List<Int> position) {
    Int image = position.get(0);
    Int group = position.get(1);
    Int row = position.get(2);
    Int column = position.get(3);
    Int list = position.get(4);
    Int pixel = code.argument("inputPixel");
    Int weightGroup = code.argument("weightGroup");
    int perNumber = packed * lanes.count();
    Sums sums = new Sums(code, width, vectors);
    Int input =
        code.let(
            code.argument("input")
                .plus(image.times(code.argument("inputImage")))
                .plus(row.times(code.argument("inputRow")))
                .plus(column.times(pixel)));
    List<Int> x =
        IntStream.range(0, width).mapToObj(q -> code.let(input.plus(pixel.times(q)))).toList();
    Int weights =
        code.let(code.argument("weights").plus(group.times(vectors / packed).times(weightGroup)));
    List<Int> groups =
        IntStream.range(0, vectors / packed)
            .mapToObj(g -> code.let(weights.plus(weightGroup.times(g))))
            .toList();
    Int at = code.let(code.argument("lists").plus(list.times(code.argument("run"))));
    code.loop(
        code.whole(code.argument("counts").plus(list)),
        n -> {
          Int t = code.let(code.whole(at.plus(n)));
          Int w = code.let(t.times(perNumber));
          sums.multiply(x, t, groups.stream().flatMap(g -> vectors(code, g.plus(w))).toList());
        });
    Tail.Cursor cursor = tail.at(code, image, row, column, code.let(group.times(vectors)));
    for (int v = 0; v < vectors; v++) {
      for (int q = 0; q < width; q++) {
        cursor.apply(sums.total(q, v), q, v);
      }
    }
  }

  /** Where the vectors of a group of weights lie. */
  private Stream<Int> vectors(Code code, Int first) {
    Int start = code.let(first);
    return IntStream.range(0, packed).mapToObj(v -> start.plus(v * lanes.count()));
  }
}
