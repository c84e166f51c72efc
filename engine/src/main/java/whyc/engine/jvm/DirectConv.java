package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;

/**
 * Convolution as it is defined, output channels on the lanes.
 *
 * <p>A tile of the result, some pixels of a row by some vectors of channels, stays in registers
 * while the loops run over the window's rows and the numbers that lie side by side under one row of
 * taps. Each number is multiplied with the weights of each vector of the tile.
 *
 * <p>Where a tile is one vector wide, each number would be read for a single product, and a core
 * that multiplies twice a cycle broadcasts once. There the taps of a row are unrolled instead, so
 * that a number is read once for all pixels which see it: 230 GFLOP/s for 3x3 over 16 channels of
 * 32x32 (Zen 5, 16 lanes).
 *
 * @param pixels of a tile, along the row; a row that is no multiple has tiles of one pixel less
 * @param vectors of a tile
 * @param pixelStride between input pixels of neighbouring results, where the code is made for it; 0
 *     where it is an argument
 * @param taps of a row of the window that are unrolled, at distance and stride 1; or 1
 * @param grouped whether the vectors of a tile see some channels only, which depend on the tile's
 */
record DirectConv(
    Lanes lanes, int pixels, int vectors, int pixelStride, int taps, boolean grouped, Tail tail) {

  /**
   * Strides that code is made for. With them a tile needs one address, else one for each pixel, for
   * which there are not enough registers beside sixteen pixels: 16 channels ran at 215 GFLOP/s
   * against 140 (Zen 5). Wider images have tiles of fewer pixels, and would need more routines.
   */
  static final int MOST_FIXED_STRIDE = 64;

  /** A row of columns in tiles of some pixels, the last ones of one pixel less. */
  static void putColumns(Map<String, Integer> arguments, int columns, int pixels) {
    int tiles = Math.ceilDiv(columns, pixels);
    int narrow = tiles * pixels - columns;
    if (narrow > tiles) {
      throw new IllegalArgumentException(
          "tiles of %d or %d pixels do not fill %d".formatted(pixels, pixels - 1, columns));
    }
    arguments.put("columns", columns);
    arguments.put("wideColumns", (tiles - narrow) * pixels);
  }

  Assembly.Assembled assemble() {
    return Assembly.assemble(
        "DirectConv%dx%dx%d".formatted(pixels, vectors, taps), lanes, this::writeRange);
  }

  /** A unit is a row of the result, for one group of vectors of one image. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int groups = code.argument("groups");
    Code.Method wide = tiles(code, pixels);
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int group = code.let(unit.over(rows).remainder(groups));
          Int image = code.let(unit.over(rows).over(groups));
          code.call(wide, image, group, row);
          if (pixels > 1) {
            code.call(tiles(code, pixels - 1), image, group, row);
          }
        });
  }

  /** The wide or the narrow tiles of a row. */
  private Code.Method tiles(Code code, int width) {
    return code.method("tiles" + width, 3, (c, p) -> writeTiles(c, width, p));
  }

  private void writeTiles(Code code, int width, List<Int> position) {
    Int image = position.get(0);
    Int group = position.get(1);
    Int row = position.get(2);
    Int runs = code.argument("runs");
    Int run = code.argument("run");
    Int runStride = code.argument("runStride");
    Int windowRow = code.argument("windowRow");
    Int pixel = pixelStride == 0 ? code.argument("inputPixel") : Int.of(pixelStride);
    Int start =
        code.let(
            code.argument("input")
                .plus(image.times(code.argument("inputImage")))
                .plus(row.times(code.argument("inputRow")))
                .plus(grouped ? firstChannel(code, group) : Int.of(0)));
    Int weights =
        code.let(code.argument("weights").plus(group.times(code.argument("weightGroup"))));
    Int runWeights = code.let(run.times(lanes.count() * vectors));
    Int windowRows = code.argument("windowRows");
    Int vector = code.let(group.times(vectors));
    Int wideColumns = code.argument("wideColumns");
    Int columns = code.argument("columns");
    code.loop(
        width == pixels ? Int.of(0) : wideColumns,
        width == pixels ? wideColumns : columns,
        width,
        column -> {
          Sums sums = new Sums(code, width, vectors);
          Int input = code.let(start.plus(column.times(pixel)));
          code.loop(
              windowRows,
              u ->
                  code.loop(
                      runs,
                      v -> {
                        Int line =
                            code.let(input.plus(u.times(windowRow)).plus(v.times(runStride)));
                        Int before = u.times(runs).plus(v).times(taps);
                        Int w = code.let(weights.plus(before.times(runWeights)));
                        List<Int> x = new ArrayList<>();
                        for (int q = 0; q < width + taps - 1; q++) {
                          Int at = line.plus(pixel.times(q));
                          x.add(pixelStride == 0 ? code.let(at) : at);
                        }
                        if (taps == 1) {
                          sums.add(x, run, w);
                        } else {
                          sums.addSlid(x, run, w, runWeights);
                        }
                      }));
          Tail.Cursor cursor = tail.at(code, image, row, column, vector);
          for (int v = 0; v < vectors; v++) {
            for (int q = 0; q < width; q++) {
              cursor.apply(sums.total(q, v), q, v);
            }
          }
        });
  }

  /** The first input channel of the convolution's group that a tile's first channel is in. */
  private Int firstChannel(Code code, Int group) {
    return group
        .times(lanes.count() * vectors)
        .over(code.argument("outputsPerGroup"))
        .times(code.argument("inputsPerGroup"));
  }
}
