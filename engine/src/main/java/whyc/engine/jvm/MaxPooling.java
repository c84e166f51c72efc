package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * The largest value under a window, channels on the lanes; or the number of the tap through which
 * it came, the first of the largest, as bits.
 *
 * <p>Windows that reach over an edge see some rows and columns of taps only. A tile of pixels whose
 * windows lie within the image's columns has its rows of taps unrolled. Among numbers that compare
 * equal, the largest is the first by its switch; of 0 and -0 the value is 0.
 *
 * @param pixels of a tile; a row that is no multiple has tiles of one pixel less
 * @param taps of a window's row if it is unrolled, or 1
 * @param stride pixels of the image from one window to the next, where unrolled
 * @param dilation pixels from one tap to the next, where unrolled
 * @param planes bits of a switch, or 0 where the value is wanted
 */
record MaxPooling(
    Lanes lanes, int pixels, int taps, int stride, int dilation, int planes, Tail tail) {

  Assembly.Assembled assemble() {
    return Assembly.assemble(
        planes == 0 ? "MaxPool" + pixels : "MaxPoolSwitches", lanes, this::writeRange);
  }

  /** A unit is a row of the result. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int interiorFrom = code.argument("interiorFrom");
    Int wideTo = code.argument("wideTo");
    Int interiorTo = code.argument("interiorTo");
    Int columns = code.argument("columns");
    Code.Method single = code.method("single", 3, (c, p) -> new Tile(c, p).writeSingle());
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int image = code.let(unit.over(rows));
          code.loop(Int.of(0), interiorFrom, 1, column -> code.call(single, image, row, column));
          interior(code, interiorFrom, wideTo, pixels, image, row);
          if (pixels > 1) {
            interior(code, wideTo, interiorTo, pixels - 1, image, row);
          }
          code.loop(interiorTo, columns, 1, column -> code.call(single, image, row, column));
        });
  }

  private void interior(Code code, Int from, Int to, int width, Int image, Int row) {
    Code.Method tile =
        planes > 0
            ? code.method("switch", 3, (c, p) -> new Tile(c, p).writeSwitch())
            : code.method("tile" + width, 3, (c, p) -> new Tile(c, p).writeTile(width));
    code.loop(from, to, width, column -> code.call(tile, image, row, column));
  }

  /** Some pixels from one place on. */
  private final class Tile {
    private final Code code;
    private final Int image;
    private final Int row;
    private final Int column;
    private final Int inputRow;
    private final Int inputPixel;
    private final Int dilationY;
    private final Int dilationX;
    private final Int top;
    private final Int left;

    Tile(Code code, List<Int> position) {
      this.code = code;
      this.image = position.get(0);
      this.row = position.get(1);
      this.column = position.get(2);
      this.inputRow = code.argument("inputRow");
      this.inputPixel = code.argument("inputPixel");
      this.dilationY = code.argument("dilationY");
      this.dilationX = code.argument("dilationX");
      this.top = code.let(row.times(code.argument("strideY")).minus(code.argument("top")));
      this.left = code.let(column.times(code.argument("strideX")).minus(code.argument("left")));
    }

    /** The first tap that lies within the image, where a window starts at {@code start}. */
    private Int firstTap(Int start, Int dilation) {
      Int outside = Int.of(0).minus(start).max(Int.of(0));
      return code.let(outside.plus(dilation).minus(Int.of(1)).over(dilation));
    }

    /** One more than the last. */
    private Int endOfTaps(Int start, Int dilation, Int extent, Int taps) {
      Int inside = extent.minus(start).max(Int.of(0));
      return code.let(inside.plus(dilation).minus(Int.of(1)).over(dilation).min(taps));
    }

    private Int firstRow() {
      return firstTap(top, dilationY);
    }

    private Int endOfRows() {
      return endOfTaps(top, dilationY, code.argument("height"), code.argument("windowHeight"));
    }

    private Int firstColumn() {
      return firstTap(left, dilationX);
    }

    private Int endOfColumns() {
      return endOfTaps(left, dilationX, code.argument("width"), code.argument("windowWidth"));
    }

    /** Where the window starts, within the image or before it. */
    private Int start() {
      return code.let(
          code.argument("input")
              .plus(image.times(code.argument("inputImage")))
              .plus(top.times(inputRow))
              .plus(left.times(inputPixel)));
    }

    private Int line(Int start, Int u, Int vector) {
      return code.let(
          start.plus(u.times(dilationY).times(inputRow)).plus(vector.times(lanes.count())));
    }

    void writeTile(int width) {
      if (taps == 1) {
        writeRolled(width);
        return;
      }
      Int first = firstRow();
      Int end = endOfRows();
      Int start = start();
      code.loop(
          code.argument("vectors"),
          vector -> {
            List<Vec.Variable> largest = nothing(width);
            code.loop(
                first,
                end,
                1,
                u -> {
                  Int line = line(start, u, vector);
                  int reach = (width - 1) * stride + (taps - 1) * dilation;
                  for (int p = 0; p <= reach; p++) {
                    int place = p;
                    List<Vec.Variable> seen =
                        IntStream.range(0, width)
                            .filter(q -> isUnder(place - q * stride))
                            .mapToObj(largest::get)
                            .toList();
                    if (!seen.isEmpty()) {
                      Vec.Variable x = code.let(code.value(line.plus(inputPixel.times(p))));
                      seen.forEach(m -> m.set(m.max(x)));
                    }
                  }
                });
            store(largest, vector);
          });
    }

    private boolean isUnder(int place) {
      return place >= 0 && place % dilation == 0 && place / dilation < taps;
    }

    private void writeRolled(int width) {
      Int first = firstRow();
      Int end = endOfRows();
      Int start = start();
      Int step = code.let(code.argument("strideX").times(inputPixel));
      Int tap = code.let(dilationX.times(inputPixel));
      Int all = code.argument("windowWidth");
      code.loop(
          code.argument("vectors"),
          vector -> {
            List<Vec.Variable> largest = nothing(width);
            code.loop(
                first,
                end,
                1,
                u -> {
                  Int line = line(start, u, vector);
                  code.loop(
                      all,
                      v -> {
                        Int at = code.let(line.plus(v.times(tap)));
                        for (int q = 0; q < width; q++) {
                          Vec.Variable m = largest.get(q);
                          m.set(m.max(code.value(at.plus(step.times(q)))));
                        }
                      });
                });
            store(largest, vector);
          });
    }

    private List<Vec.Variable> nothing(int width) {
      return IntStream.range(0, width)
          .mapToObj(q -> code.let(code.filled(Float.NEGATIVE_INFINITY)))
          .toList();
    }

    private void store(List<Vec.Variable> largest, Int vector) {
      Tail.Cursor cursor = tail.at(code, image, row, column, vector);
      for (int q = 0; q < largest.size(); q++) {
        cursor.apply(largest.get(q), q, 0);
      }
    }

    /** One pixel whose window may reach over the edges. */
    void writeSingle() {
      if (planes > 0) {
        writeSwitch();
        return;
      }
      Int first = firstRow();
      Int end = endOfRows();
      Int firstColumn = firstColumn();
      Int endOfColumns = endOfColumns();
      Int start = start();
      Int tap = code.let(dilationX.times(inputPixel));
      code.loop(
          code.argument("vectors"),
          vector -> {
            Vec.Variable largest = nothing(1).getFirst();
            code.loop(
                first,
                end,
                1,
                u -> {
                  Int line = line(start, u, vector);
                  code.loop(
                      firstColumn,
                      endOfColumns,
                      1,
                      v -> largest.set(largest.max(code.value(line.plus(v.times(tap))))));
                });
            store(List.of(largest), vector);
          });
    }

    /**
     * The tap is carried as the bits of a float. It starts as the first that the window sees, which
     * wins even with minus infinity; where there is none all bits are set.
     */
    void writeSwitch() {
      Int first = firstRow();
      Int end = endOfRows();
      Int firstColumn = firstColumn();
      Int endOfColumns = endOfColumns();
      Int start = start();
      Int tap = code.let(dilationX.times(inputPixel));
      Int windowWidth = code.argument("windowWidth");
      Int vectors = code.argument("vectors");
      Int pixel =
          code.let(
              image
                  .times(code.argument("rows"))
                  .plus(row)
                  .times(code.argument("columns"))
                  .plus(column)
                  .times(vectors.times(planes))
                  .plus(code.argument("switches")));
      // Minus one where no row or no column is seen, by the sign of the difference; else the tap.
      Int none = first.minus(end).max(firstColumn.minus(endOfColumns));
      Int seen = new Int.Shift(none, 31);
      Int begin =
          code.let(
              first
                  .times(windowWidth)
                  .plus(firstColumn)
                  .and(seen)
                  .or(seen.xor(Int.of(-1)).and(Int.of((1 << planes) - 1))));
      code.loop(
          vectors,
          vector -> {
            Vec.Variable largest = nothing(1).getFirst();
            Vec.Variable winner = code.let(code.filledBits(begin));
            code.loop(
                first,
                end,
                1,
                u -> {
                  Int line = line(start, u, vector);
                  Int number = code.let(u.times(windowWidth));
                  code.loop(
                      firstColumn,
                      endOfColumns,
                      1,
                      v -> {
                        Vec.Variable x = code.let(code.value(line.plus(v.times(tap))));
                        var wins = code.let(x.greater(largest).or(x.notEqual(x)));
                        largest.set(largest.blend(x, wins));
                        winner.set(winner.blend(code.filledBits(number.plus(v)), wins));
                      });
                });
            Int at = code.let(pixel.plus(vector.times(planes)));
            for (int p = 0; p < planes; p++) {
              code.storeBits(at.plus(p), winner.bit(p));
            }
          });
    }
  }
}
