package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * The pixels of an image from the products of its tiles, {@code A^T p A}, with what follows element
 * by element. The products lie as {@link WinogradInput} says. Last tiles may reach over the image.
 */
record WinogradOutput(Lanes lanes, Winograd transform, Tail tail) {
  Assembly.Assembled assemble() {
    return Assembly.assemble("WinogradOutput" + transform.outputs(), lanes, this::writeRange);
  }

  /** A unit is a row of tiles. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("tileRows");
    Int columns = code.argument("tileColumns");
    Int held = code.argument("heldRows");
    Int tileStride = code.argument("productsTile");
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int image = code.let(unit.over(rows));
          Int row = code.let(unit.remainder(rows).times(transform.outputs()));
          Int place = code.let(unit.remainder(held).times(columns));
          code.loop(
              columns,
              column -> {
                Int in = code.argument("products").plus(place.plus(column).times(tileStride));
                Int at = code.let(in);
                Int left = code.let(column.times(transform.outputs()));
                code.call(tile(code), image, row, left, at);
              });
        });
  }

  private Code.Method tile(Code code) {
    return code.method("tile", 4, this::writeTile);
  }

  /** Columns first, in place; then row by row. */
  private void writeTile(Code code, List<Int> position) {
    Int image = position.get(0);
    Int top = position.get(1);
    Int left = position.get(2);
    int points = transform.points();
    Int point = code.argument("productsPoint");
    Int pointRow = code.let(point.times(points));
    List<Int> rows = WinogradInput.multiples(code, pointRow, points);
    List<Int> columns = WinogradInput.multiples(code, point, points);
    Int height = code.let(code.argument("rows").minus(top).min(Int.of(transform.outputs())));
    Int width = code.let(code.argument("columns").minus(left));
    code.loop(
        code.argument("vectors"),
        vector -> {
          Int in = code.let(position.get(3).plus(vector.times(lanes.count())));
          code.loop(
              Int.of(points),
              j -> {
                Int at = code.let(in.plus(j.times(point)));
                List<Vec> half = transform.output(code, load(code, at, rows));
                for (int i = 0; i < half.size(); i++) {
                  code.store(at.plus(rows.get(i)), half.get(i));
                }
              });
          code.loop(
              height,
              i -> {
                Int at = code.let(in.plus(i.times(pointRow)));
                List<Vec> pixels = transform.output(code, load(code, at, columns));
                Tail.Cursor cursor = tail.at(code, image, top.plus(i), left, vector);
                writePixels(code, pixels.stream().map(code::let).toList(), cursor, width);
              });
        });
  }

  private List<Vec.Variable> load(Code code, Int at, List<Int> offsets) {
    return offsets.stream().map(o -> code.let(code.value(at.plus(o)))).toList();
  }

  /** Those pixels of a row of a tile that are in the image. */
  private void writePixels(Code code, List<? extends Vec> pixels, Tail.Cursor cursor, Int width) {
    cursor.apply(pixels.getFirst(), 0, 0);
    for (int j = 1; j < pixels.size(); j++) {
      int pixel = j;
      code.ifLess(Int.of(j), width, () -> cursor.apply(pixels.get(pixel), pixel, 0), () -> {});
    }
  }
}
