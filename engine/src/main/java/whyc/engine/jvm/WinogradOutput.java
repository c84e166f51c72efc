package whyc.engine.jvm;

import java.util.ArrayList;
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
                for (int group = 0; group < transform.outputRows().length; group++) {
                  code.call(rows(code, group), image, row, left, at);
                }
              });
        });
  }

  private Code.Method rows(Code code, int group) {
    return code.method("rows" + group, 4, (c, p) -> writeRows(c, group, p));
  }

  private void writeRows(Code code, int group, List<Int> position) {
    Int image = position.get(0);
    Int top = position.get(1);
    Int left = position.get(2);
    int points = transform.points();
    Int point = code.argument("productsPoint");
    Int pointRow = code.let(point.times(points));
    List<Int> columns = WinogradInput.multiples(code, position.get(3), point, points);
    List<Int> rows = WinogradInput.multiples(code, Int.of(0), pointRow, points);
    Int height = code.let(code.argument("rows").minus(top));
    Int width = code.let(code.argument("columns").minus(left));
    code.loop(
        code.argument("vectors"),
        vector -> {
          Int channel = code.let(vector.times(lanes.count()));
          List<List<Vec>> halves = new ArrayList<>();
          for (int j = 0; j < points; j++) {
            Int column = code.let(columns.get(j).plus(channel));
            halves.add(
                transform.output(code, group, i -> code.value(rows.get(i).plus(column))).stream()
                    .map(v -> (Vec) code.let(v))
                    .toList());
          }
          for (int r = 0; r < transform.outputRows()[group].length; r++) {
            int k = r;
            int row = transform.outputRows()[group][r];
            Runnable write =
                () ->
                    writeRow(
                        code,
                        halves.stream().map(h -> h.get(k)).toList(),
                        tail.at(code, image, top.plus(row), left, vector),
                        width);
            if (row == 0) {
              write.run();
            } else {
              code.ifLess(Int.of(row), height, write, () -> {});
            }
          }
        });
  }

  private void writeRow(Code code, List<Vec> half, Tail.Cursor cursor, Int width) {
    for (int group = 0; group < transform.outputRows().length; group++) {
      List<Vec> pixels = transform.output(code, group, half::get);
      for (int k = 0; k < pixels.size(); k++) {
        int pixel = transform.outputRows()[group][k];
        Vec value = code.let(pixels.get(k));
        if (pixel == 0) {
          cursor.apply(value, 0, 0);
        } else {
          code.ifLess(Int.of(pixel), width, () -> cursor.apply(value, pixel, 0), () -> {});
        }
      }
    }
  }
}
