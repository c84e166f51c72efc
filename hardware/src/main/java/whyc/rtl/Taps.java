package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import whyc.op.Window;

/** Where the taps of a window lie, for a convolution and for its transpose. */
final class Taps {
  private Taps() {}

  /**
   * A tap in positions.
   *
   * @param number in the window, row by row
   * @param row of the image under the plane's position (0, 0), {@code column} likewise
   * @param firstRow of the plane for which the tap lies inside, {@code endRow} the one after the
   *     last; columns likewise
   * @param rowWords from one row of the image to the next, {@code columnWords} likewise
   */
  record Place(
      int number,
      int row,
      int column,
      int firstRow,
      int endRow,
      int firstColumn,
      int endColumn,
      int rowWords,
      int columnWords) {

    /**
     * The tap as the core wants it.
     *
     * @param sourceRow words from a position of the plane to the one below, as it is read
     * @param weightStep lines from one tap's weights to the next
     * @param columns of the plane
     * @param reduces whether all positions share a place
     */
    Tap tap(int sourceRow, int sourceColumn, int weightStep, int columns, boolean reduces) {
      return new Tap(
          row * rowWords + column * columnWords + firstColumn * sourceColumn,
          firstRow * sourceRow,
          number * weightStep,
          firstRow,
          endRow,
          Math.max(0, endColumn - firstColumn),
          reduces ? 0 : firstColumn,
          reduces ? 0 : firstRow * columns,
          number);
    }
  }

  /** {@code y[i,j]} reads {@code x[i*sy + u*dy - top, j*sx + v*dx - left]}. */
  static List<Place> window(Window w, Plane in, Plane out) {
    List<Place> places = new ArrayList<>();
    for (int tap = 0; tap < w.area(); tap++) {
      int row = tap / w.width() * w.dilationY() - w.top();
      int column = tap % w.width() * w.dilationX() - w.left();
      places.add(
          new Place(
              tap,
              row,
              column,
              first(row, w.strideY(), out.rows()),
              end(row, w.strideY(), in.rows(), out.rows()),
              first(column, w.strideX(), out.columns()),
              end(column, w.strideX(), in.columns(), out.columns()),
              in.rowStep(),
              in.groups()));
    }
    return places;
  }

  /**
   * {@code y[i*sy + u*dy - top, ..]} gets {@code x[i,..]}: on a lattice of the strides, position i
   * reads {@code x[i + k, ..]} where {@code row + top - u*dy = k*sy}.
   */
  static List<Place> transposed(Window w, Plane in, Lattice out) {
    List<Place> places = new ArrayList<>();
    for (int tap = 0; tap < w.area(); tap++) {
      int rows = out.row() + w.top() - tap / w.width() * w.dilationY();
      int columns = out.column() + w.left() - tap % w.width() * w.dilationX();
      if (rows % w.strideY() == 0 && columns % w.strideX() == 0) {
        int row = rows / w.strideY();
        int column = columns / w.strideX();
        places.add(
            new Place(
                tap,
                row,
                column,
                first(row, 1, out.rows()),
                end(row, 1, in.rows(), out.rows()),
                first(column, 1, out.columns()),
                end(column, 1, in.columns(), out.columns()),
                in.rowStep(),
                in.groups()));
      }
    }
    return places;
  }

  /** The first position i for which {@code at + i*stride >= 0}. */
  private static int first(int at, int stride, int count) {
    return Math.clamp(Math.ceilDiv(-at, stride), 0, count);
  }

  /** The first position i from there on for which {@code at + i*stride >= extent}. */
  private static int end(int at, int stride, int extent, int count) {
    return Math.clamp(Math.ceilDiv(extent - at, stride), 0, count);
  }
}
