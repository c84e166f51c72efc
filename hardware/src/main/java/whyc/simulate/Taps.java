package whyc.simulate;

import java.util.stream.IntStream;

/**
 * How many products each place of an input takes part in, for a part of the output. Windows are
 * rectangles, so the number at a place is that of its row times that of its column.
 */
record Taps(int[] rows, int[] columns) {

  /** Of a part of the output. */
  static Taps of(Loops l, Piece piece) {
    return new Taps(
        along(
            l.input().height(),
            new Axis(
                l.window().height(),
                l.window().strideY(),
                l.window().dilationY(),
                l.window().top(),
                l.scatters()),
            piece.rows()),
        along(
            l.input().width(),
            new Axis(
                l.window().width(),
                l.window().strideX(),
                l.window().dilationX(),
                l.window().left(),
                l.scatters()),
            piece.columns()));
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

  /** One axis of a window. */
  private record Axis(int taps, int stride, int dilation, int padding, boolean scatters) {

    /** The output that an input reaches through a tap; negative where it reaches none. */
    int output(int input, int tap) {
      if (scatters) {
        return input * stride + tap * dilation - padding;
      }
      int scaled = input + padding - tap * dilation;
      return scaled % stride == 0 ? scaled / stride : -1;
    }
  }

  private static int[] along(int inputs, Axis axis, Piece.Range outputs) {
    int[] counts = new int[inputs];
    for (int i = 0; i < inputs; i++) {
      for (int tap = 0; tap < axis.taps; tap++) {
        if (outputs.holds(axis.output(i, tap))) {
          counts[i]++;
        }
      }
    }
    return counts;
  }
}
