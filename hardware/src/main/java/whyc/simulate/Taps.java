package whyc.simulate;

import java.util.stream.IntStream;

/**
 * How many products each place of an input takes part in, for a part of the output. Windows are
 * rectangles, so the number at a place is that of its row times that of its column.
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Taps(int[] rows, int[] columns) {

  /** Of a part of the output. */
  static Taps of(Loops l, Piece piece) {
    return new Taps(along(l.rows(), piece.rows()), along(l.columns(), piece.columns()));
  }

  int at(int row, int column) {
    return rows[row] * columns[column];
  }

  /** The places that take part in anything, from the first to the last. */
  Piece.Range usedRows() {
    return used(rows);
  }

  Piece.Range usedColumns() {
    return used(columns);
  }

  /** Products of an image without zeros. */
  long sum() {
    return (long) IntStream.of(rows).sum() * IntStream.of(columns).sum();
  }

  private static Piece.Range used(int[] counts) {
    int from = 0;
    int to = counts.length;
    while (from < to && counts[from] == 0) {
      from++;
    }
    while (to > from && counts[to - 1] == 0) {
      to--;
    }
    return from < to ? new Piece.Range(from, to) : new Piece.Range(0, 0);
  }

  private static int[] along(Loops.Axis axis, Piece.Range outputs) {
    int[] counts = new int[axis.inputs()];
    for (int i = 0; i < counts.length; i++) {
      for (int tap = 0; tap < axis.taps(); tap++) {
        counts[i] += outputs.holds(axis.output(i, tap)) ? 1 : 0;
      }
    }
    return counts;
  }
}
