package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
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
    Code.Method tile = code.method("tile", 2, (c, p) -> writeTile(c, p.get(0), p.get(1)));
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
              column ->
                  code.call(
                      tile,
                      row.plus(column.times(code.argument("inputTile"))),
                      code.argument("transformed").plus(place.plus(column).times(tileStride))));
        });
  }

  private void writeTile(Code code, Int in, Int out) {
    int points = transform.points();
    List<Int> rows = multiples(code, in, code.argument("inputRow"), points);
    List<Int> columns = multiples(code, Int.of(0), code.argument("inputPixel"), points);
    Int point = code.argument("transformedPoint");
    List<Int> outColumns = multiples(code, Int.of(0), point, points);
    List<Int> outRows = multiples(code, out, code.let(point.times(points)), points);
    Int channels = code.argument("channels");
    for (int group = 0; group < transform.inputRows().length; group++) {
      int g = group;
      code.loop(
          Int.of(0),
          channels,
          lanes.count(),
          c -> {
            List<List<Vec>> halves = new ArrayList<>();
            for (int j = 0; j < points; j++) {
              Int column = code.let(columns.get(j).plus(c));
              halves.add(
                  transform.input(code, g, i -> code.value(rows.get(i).plus(column))).stream()
                      .map(v -> (Vec) code.let(v))
                      .toList());
            }
            for (int r = 0; r < transform.inputRows()[g].length; r++) {
              Int row = code.let(outRows.get(transform.inputRows()[g][r]).plus(c));
              writeRow(code, halves, r, row, outColumns);
            }
          });
    }
  }

  private void writeRow(Code code, List<List<Vec>> halves, int r, Int row, List<Int> columns) {
    for (int group = 0; group < transform.inputRows().length; group++) {
      List<Vec> results = transform.input(code, group, j -> halves.get(j).get(r));
      for (int k = 0; k < results.size(); k++) {
        code.store(row.plus(columns.get(transform.inputRows()[group][k])), results.get(k));
      }
    }
  }

  static List<Int> multiples(Code code, Int start, Int stride, int count) {
    List<Int> multiples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      multiples.add(code.let(start.plus(stride.times(i))));
    }
    return multiples;
  }
}
