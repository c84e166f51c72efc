package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * The transform of an image's tiles, {@code B^T d B}, channels on the lanes.
 *
 * <p>Result: {@code [point][row of tiles][tile][channel]}. It holds some rows of tiles, numbered
 * over all images; row r lies in place r modulo their number.
 */
record WinogradInput(Lanes lanes, Winograd transform) {
  Assembly.Assembled assemble() {
    return Assembly.assemble("WinogradInput" + transform.outputs(), lanes, this::writeRange);
  }

  /** A unit is a row of tiles. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("tileRows");
    Int columns = code.argument("tileColumns");
    Int held = code.argument("heldRows");
    Int tileStride = code.argument("transformedTile");
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row =
              code.let(
                  code.argument("input")
                      .plus(unit.over(rows).times(code.argument("inputImage")))
                      .plus(unit.remainder(rows).times(code.argument("inputTileRow"))));
          Int place = code.let(unit.remainder(held).times(columns));
          code.loop(
              columns,
              column -> {
                Int in = code.let(row.plus(column.times(code.argument("inputTile"))));
                Int out =
                    code.let(
                        code.argument("transformed").plus(place.plus(column).times(tileStride)));
                code.call(tile(code), in, out);
              });
        });
  }

  private Code.Method tile(Code code) {
    return code.method("tile", 2, (c, p) -> writeTile(c, p.get(0), p.get(1)));
  }

  /**
   * Columns first; then row by row, in place. Written with loops: unrolled it is no faster, and the
   * compiler takes ten times as long.
   */
  private void writeTile(Code code, Int in, Int out) {
    int points = transform.points();
    Int pixel = code.argument("inputPixel");
    Int point = code.argument("transformedPoint");
    Int pointRow = code.let(point.times(points));
    List<Int> inRows = multiples(code, code.argument("inputRow"), points);
    List<Int> rows = multiples(code, pointRow, points);
    List<Int> columns = multiples(code, point, points);
    code.loop(
        Int.of(0),
        code.argument("channels"),
        lanes.count(),
        c -> {
          code.loop(
              Int.of(points),
              j -> {
                Int from = code.let(in.plus(c).plus(j.times(pixel)));
                Int to = code.let(out.plus(c).plus(j.times(point)));
                writeOne(code, from, inRows, to, rows);
              });
          code.loop(
              Int.of(points),
              i -> {
                Int row = code.let(out.plus(c).plus(i.times(pointRow)));
                writeOne(code, row, columns, row, columns);
              });
        });
  }

  private void writeOne(Code code, Int from, List<Int> inputs, Int to, List<Int> results) {
    List<Vec.Variable> d = inputs.stream().map(o -> code.let(code.value(from.plus(o)))).toList();
    List<Vec> transformed = transform.input(code, d);
    for (int i = 0; i < transformed.size(); i++) {
      code.store(to.plus(results.get(i)), transformed.get(i));
    }
  }

  static List<Int> multiples(Code code, Int stride, int count) {
    return IntStream.range(0, count).mapToObj(i -> code.let(stride.times(i))).toList();
  }
}
