package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * Convolution as it is defined, output channels on the lanes.
 *
 * <p>A tile of the result, some pixels of a row by some blocks of channels, stays in registers
 * while the loops run over input blocks, rows of the window and the numbers that lie side by side
 * in one row of the image. Each of these is multiplied with a vector of weights for each block.
 * Sixteen accumulators are the most: with more, HotSpot's compiler spills them and the speed halves
 * (268 against 125 GFLOP/s, Zen 5).
 *
 * @param pixels of a tile, along the row
 * @param blocks of a tile
 * @param inputBlock channels in a block of the input: 1 for planes
 * @param run numbers of the input that lie side by side under one row of the window
 * @param strideX of the window, in pixels
 */
record DirectConv(
    Lanes lanes, int pixels, int blocks, int inputBlock, int run, int strideX, Tail tail) {
  static final int MAX_ACCUMULATORS = 16;

  Assembly.Assembled assemble() {
    return Assembly.assemble("DirectConv%dx%d".formatted(pixels, blocks), lanes, this::writeRange);
  }

  /** A unit is a row of the result, for one group of blocks of one image. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int groups = code.argument("groups");
    Int width = code.argument("columns");
    Code.Method tile = code.method("tile", 4, this::writeTile);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int group = code.let(unit.over(rows).remainder(groups));
          Int image = code.let(unit.over(rows).over(groups));
          code.loop(
              code.argument("firstColumn"),
              width,
              pixels,
              column -> code.call(tile, image, group, row, column));
        });
  }

  private void writeTile(Code code, List<Int> p) {
    Int image = p.get(0);
    Int group = p.get(1);
    Int row = p.get(2);
    Int column = p.get(3);
    List<Vec.Variable> sums = code.zeros(blocks * pixels);
    Int vector = Int.of(lanes.count() * blocks);
    Int inputBlocks = code.argument("inputBlocks");
    Int inputBlockStride = code.argument("inputBlock");
    Int windowRows = code.argument("windowRows");
    Int windowRow = code.argument("windowRow");
    Int runs = code.argument("runs");
    Int runStride = code.argument("runStride");
    Int start =
        code.let(
            code.argument("input")
                .plus(image.times(code.argument("inputImage")))
                .plus(row.times(code.argument("inputRow")))
                .plus(column.times(code.argument("ps"))));
    Int weights =
        code.let(code.argument("weights").plus(group.times(code.argument("weightGroup"))));
    Int ps = code.argument("ps");
    Int runLen = code.argument("runLen");
    code.loop(
        windowRows,
        u -> {
          Int tap = code.let(u.times(runs));
          Int line = code.let(start.plus(u.times(windowRow)));
          code.loop(
              runs,
              v -> {
                List<Int> xs = new java.util.ArrayList<>();
                for (int q = 0; q < pixels; q++)
                  xs.add(code.let(line.plus(v.times(runStride)).plus(ps.times(q))));
                Int w = code.let(weights.plus(tap.plus(v).times(vector.times(runLen))));
                code.loop(runLen, t -> multiply(code, sums, xs, t, w.plus(t.times(vector))));
              });
        });
    Tail.Cursor cursor = tail.at(code, image, group.times(blocks), row, column);
    for (int r = 0; r < blocks; r++) {
      for (int q = 0; q < pixels; q++) {
        cursor.apply(sums.get(r * pixels + q), r, q);
      }
    }
  }

  private void multiply(Code code, List<Vec.Variable> sums, List<Int> x, Int t, Int w) {
    List<Vec.Variable> weights = new java.util.ArrayList<>();
    for (int r = 0; r < blocks; r++) {
      weights.add(code.let(code.weight(w.plus(r * lanes.count()))));
    }
    for (int q = 0; q < pixels; q++) {
      Vec.Variable v = code.let(code.broadcastValue(x.get(q).plus(t)));
      for (int r = 0; r < blocks; r++) {
        Vec.Variable sum = sums.get(r * pixels + q);
        sum.set(v.fma(weights.get(r), sum));
      }
    }
  }
}
