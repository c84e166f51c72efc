package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.engine.jvm.code.Assembly;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.jvm.code.Vec;

/**
 * For each place the sum of the cotangents of those windows that chose it, channels on the lanes.
 *
 * <p>It gathers: the windows over a place are the same for all places of a phase, but for their
 * position, and are added in a fixed order. A window beside the image counts as the nearest one
 * within, whose switch may say what it likes, since the cotangent is read from the zeros around.
 *
 * @param rows of taps of the phase, each as its place in the window
 * @param rowSpacing windows from one of these rows to the next
 * @param width of the window
 * @param planes bits of a switch
 */
record SwitchedSum(
    Lanes lanes,
    List<Integer> rows,
    List<Integer> columns,
    int rowSpacing,
    int columnSpacing,
    int width,
    int planes,
    Tail tail) {
  SwitchedSum {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
  }

  /** Whether any window sees the phase. */
  boolean isReached() {
    return !rows.isEmpty() && !columns.isEmpty();
  }

  Assembly.Assembled assemble() {
    return Assembly.assemble(
        "SwitchedSum%dx%d".formatted(rows.size(), columns.size()), lanes, this::writeRange);
  }

  /** A unit is a row of the phase. */
  private void writeRange(Code code, Int from, Int to) {
    Int phaseRows = code.argument("rows");
    Int phaseColumns = code.argument("columns");
    Code.Method pixel = code.method("pixel", 3, (c, p) -> write(c, p.get(0), p.get(1), p.get(2)));
    code.loop(
        from,
        to,
        1,
        unit -> {
          Int row = code.let(unit.remainder(phaseRows));
          Int image = code.let(unit.over(phaseRows));
          code.loop(phaseColumns, column -> code.call(pixel, image, row, column));
        });
  }

  private void write(Code code, Int image, Int row, Int column) {
    List<Int> cotangents = new ArrayList<>();
    List<Int> switches = new ArrayList<>();
    if (isReached()) {
      locate(code, image, row, column, cotangents, switches);
    }
    code.loop(
        code.argument("vectors"),
        vector -> {
          Vec.Variable sum = code.zeros(1).getFirst();
          Int number = code.let(vector.times(lanes.count()));
          Int word = code.let(vector.times(planes));
          for (int i = 0; i < cotangents.size(); i++) {
            int tap = rows.get(i / columns.size()) * width + columns.get(i % columns.size());
            Int chosen = chosen(code, switches.get(i).plus(word), tap);
            Vec x = code.value(cotangents.get(i).plus(number));
            sum.set(sum.blend(sum.plus(x), code.mask(chosen)));
          }
          tail.at(code, image, row, column, vector).apply(sum, 0, 0);
        });
  }

  /** Where the windows over a place have their cotangents and switches. */
  private void locate(
      Code code, Int image, Int row, Int column, List<Int> cotangents, List<Int> switches) {
    Int height = code.argument("height");
    Int extent = code.argument("width");
    Int inputRow = code.argument("inputRow");
    Int inputPixel = code.argument("inputPixel");
    Int switchesRow = code.argument("switchesRow");
    Int switchesPixel = code.argument("switchesPixel");
    Int input = code.let(code.argument("input").plus(image.times(code.argument("inputImage"))));
    Int bits =
        code.let(code.argument("switches").plus(image.times(code.argument("switchesImage"))));
    Int firstRow = code.let(row.plus(code.argument("firstRow")));
    Int firstColumn = code.let(column.plus(code.argument("firstColumn")));
    for (int u = 0; u < rows.size(); u++) {
      Int i = code.let(firstRow.plus(u * rowSpacing));
      Int line = code.let(input.plus(i.times(inputRow)));
      Int bitLine = code.let(bits.plus(within(i, height).times(switchesRow)));
      for (int v = 0; v < columns.size(); v++) {
        Int j = code.let(firstColumn.plus(v * columnSpacing));
        cotangents.add(code.let(line.plus(j.times(inputPixel))));
        switches.add(code.let(bitLine.plus(within(j, extent).times(switchesPixel))));
      }
    }
  }

  private static Int within(Int place, Int extent) {
    return place.max(Int.of(0)).min(extent.minus(Int.of(1)));
  }

  /** Lanes whose switch is a tap: all bits agree. */
  private Int chosen(Code code, Int at, int tap) {
    Int start = code.let(at);
    Int all = Int.of(-1);
    for (int p = 0; p < planes; p++) {
      Int bits = code.bits(start.plus(p));
      Int agree = (tap >> p & 1) == 1 ? bits : bits.xor(Int.of(-1));
      all = p == 0 ? agree : all.and(agree);
    }
    return all;
  }
}
