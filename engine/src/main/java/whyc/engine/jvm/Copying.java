package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;

/**
 * Copies some vectors of pixels from other images, within a rectangle; around it is zero.
 *
 * @param sources images of which each vector holds channels, at any distance from a whole vector
 * @param masked whether they fill the vectors together only, or not at all
 */
record Copying(Lanes lanes, int sources, boolean masked, Tail tail) {
  Assembly.Assembled assemble() {
    return Assembly.assemble("Copying" + sources, lanes, this::writeRange);
  }

  /** A unit is a row of the result. */
  private void writeRange(Code code, Int from, Int to) {
    Int rows = code.argument("rows");
    Int columns = code.argument("columns");
    Int firstRow = code.argument("firstRow");
    Int endRow = code.argument("endRow");
    Int firstColumn = code.argument("firstColumn");
    Int endColumn = code.argument("endColumn");
    Code.Method copies = code.method("copies", 4, (c, p) -> write(c, p, true));
    Code.Method zeros = code.method("zeros", 4, (c, p) -> write(c, p, false));
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(rows));
          Int image = code.let(unit.over(rows));
          Runnable outside = () -> code.call(zeros, image, row, Int.of(0), columns);
          Runnable inside =
              () -> {
                code.call(zeros, image, row, Int.of(0), firstColumn);
                code.call(copies, image, row, firstColumn, endColumn);
                code.call(zeros, image, row, endColumn, columns);
              };
          code.ifLess(row, firstRow, outside, () -> code.ifLess(row, endRow, inside, outside));
        });
  }

  private void write(Code code, List<Int> parameters, boolean copies) {
    Int image = parameters.get(0);
    Int row = parameters.get(1);
    int read = copies ? sources : 0;
    List<Int> starts =
        IntStream.range(0, read)
            .mapToObj(i ->
                code.let(
                    code.argument("source" + i)
                        .plus(image.times(code.argument("source" + i + "Image")))
                        .plus(row.times(code.argument("source" + i + "Row")))))
            .toList();
    List<Int> pixels =
        IntStream.range(0, read).mapToObj(i -> code.argument("source" + i + "Pixel")).toList();
    List<Int> bits =
        masked
            ? IntStream.range(0, read).mapToObj(i -> code.argument("source" + i + "Lanes")).toList()
            : List.of();
    Int firstVector = code.argument("firstVector");
    Int endVector = code.argument("endVector");
    code.loop(
        parameters.get(2),
        parameters.get(3),
        1,
        column -> {
          List<Int> at =
              IntStream.range(0, read)
                  .mapToObj(i -> code.let(starts.get(i).plus(column.times(pixels.get(i)))))
                  .toList();
          code.loop(
              firstVector,
              endVector,
              1,
              vector -> {
                Vec.Variable x = code.let(code.filled(0));
                for (int i = 0; i < read; i++) {
                  Int from = at.get(i).plus(vector.times(lanes.count()));
                  if (masked) {
                    Mask where = code.let(code.mask(bits.get(i)));
                    x.set(x.blend(code.value(from, where), where));
                  } else {
                    x.set(code.value(from));
                  }
                }
                tail.at(code, image, row, column, vector).apply(x, 0, 0);
              });
        });
  }
}
