package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * A sum under a window for each channel, weighted or not, channels on the lanes.
 *
 * <p>A tile of some pixels of a row stays in registers while the loops run over the window's rows
 * and over runs of taps. A run is unrolled: each vector of the image under it is loaded once for
 * all pixels of the tile that see it. Where a window has few rows, they are unrolled too; the loop
 * over vectors is then the innermost, and its bounds are checked once.
 *
 * @param pixels of a tile, along the row; a row that is no multiple has tiles of one pixel less
 * @param rows of the window, each of one run, that are unrolled; 0 for loops
 * @param taps of a run
 * @param step pixels of the image from one of the result to the next
 * @param spacing pixels from one tap to the next
 * @param weighted whether each tap has its weight
 */
record ChannelwiseSum(
    Lanes lanes,
    int pixels,
    int rows,
    int taps,
    int step,
    int spacing,
    boolean weighted,
    Tail tail) {

  Assembly.Assembled assemble() {
    return Assembly.assemble(
        "ChannelwiseSum%dx%d".formatted(pixels, taps), lanes, this::writeRange);
  }

  /** A unit is a row of the result. */
  private void writeRange(Code code, Int from, Int to) {
    Int resultRows = code.argument("rows");
    Int columns = code.argument("columns");
    Int wideColumns = code.argument("wideColumns");
    Code.Method wide = tile(code, pixels);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(resultRows));
          Int image = code.let(unit.over(resultRows));
          code.loop(Int.of(0), wideColumns, pixels, column -> code.call(wide, image, row, column));
          if (pixels > 1) {
            Code.Method narrow = tile(code, pixels - 1);
            code.loop(
                wideColumns, columns, pixels - 1, column -> code.call(narrow, image, row, column));
          }
        });
  }

  private Code.Method tile(Code code, int width) {
    return code.method("tile" + width, 3, (c, p) -> write(c, width, p.get(0), p.get(1), p.get(2)));
  }

  private void write(Code code, int width, Int image, Int row, Int column) {
    Int windowRow = rows > 0 ? code.argument("windowRow") : Int.of(0);
    Int pixel = code.argument("inputPixel");
    Int weights = weighted ? code.argument("weights") : Int.of(0);
    Int input =
        code.let(
            code.argument("input")
                .plus(image.times(code.argument("inputImage")))
                .plus(row.times(code.argument("inputRow")))
                .plus(column.times(step).times(pixel)));
    code.loop(
        code.argument("vectors"),
        vector -> {
          List<Vec.Variable> sums = code.zeros(width);
          Int start = code.let(input.plus(vector.times(lanes.count())));
          if (rows > 0) {
            Int first = code.let(weights.plus(vector.times(rows * taps * lanes.count())));
            for (int u = 0; u < rows; u++) {
              Int line = code.let(start.plus(windowRow.times(u)));
              add(code, sums, line, pixel, first.plus(u * taps * lanes.count()));
            }
          } else {
            loop(code, sums, start, pixel, weights, vector);
          }
          Tail.Cursor cursor = tail.at(code, image, row, column, vector);
          for (int q = 0; q < width; q++) {
            cursor.apply(sums.get(q), q, 0);
          }
        });
  }

  /** All taps of a window whose rows are not unrolled. */
  private void loop(
      Code code, List<Vec.Variable> sums, Int start, Int pixel, Int weights, Int vector) {
    Int windowRows = code.argument("windowRows");
    Int windowRow = code.argument("windowRow");
    Int runs = code.argument("runs");
    Int runStride = code.argument("runStride");
    Int first = code.let(vector.times(windowRows.times(runs)));
    code.loop(
        windowRows,
        u ->
            code.loop(
                runs,
                v -> {
                  Int line = code.let(start.plus(u.times(windowRow)).plus(v.times(runStride)));
                  Int run = first.plus(u.times(runs)).plus(v);
                  Int w = code.let(weights.plus(run.times(taps * lanes.count())));
                  add(code, sums, line, pixel, w);
                }));
  }

  private void add(Code code, List<Vec.Variable> sums, Int line, Int pixel, Int w) {
    List<Vec> factors = new ArrayList<>();
    for (int v = 0; v < taps; v++) {
      factors.add(weighted ? code.let(code.weight(w.plus(v * lanes.count()))) : code.filled(1));
    }
    int reach = (sums.size() - 1) * step + (taps - 1) * spacing;
    for (int p = 0; p <= reach; p++) {
      if (!isSeen(p, sums.size())) {
        continue;
      }
      Vec.Variable x = code.let(code.value(line.plus(pixel.times(p))));
      for (int v = 0; v < taps; v++) {
        int q = (p - v * spacing) / step;
        if (p >= v * spacing && (p - v * spacing) % step == 0 && q < sums.size()) {
          Vec.Variable sum = sums.get(q);
          sum.set(weighted ? x.fma(factors.get(v), sum) : sum.plus(x));
        }
      }
    }
  }

  private boolean isSeen(int place, int width) {
    for (int v = 0; v < taps; v++) {
      int from = place - v * spacing;
      if (from >= 0 && from % step == 0 && from / step < width) {
        return true;
      }
    }
    return false;
  }
}
