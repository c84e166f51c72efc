package whyc.simulate;

import whyc.simulate.Loops.Plane;

/**
 * Which values of channels [c,h,w] are not zero: a bit each, in tiles of {@code side} by {@code
 * side} places, row by row. Bits beyond the image are 0.
 *
 * @param bits of tiles [c, tile rows, tile columns]; bit {@code row * side + column} of each
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Occupancy(int channels, Plane plane, int side, long[] bits) {

  static Occupancy of(int channels, Plane plane, int side, double[] values) {
    Occupancy o = empty(channels, plane, side);
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < plane.height(); y++) {
        for (int x = 0; x < plane.width(); x++) {
          if (values[at++] != 0) {
            o.set(c, y, x);
          }
        }
      }
    }
    return o;
  }

  /** Of values of which none is zero. */
  static Occupancy full(int channels, Plane plane, int side) {
    Occupancy o = empty(channels, plane, side);
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < plane.height(); y++) {
        for (int x = 0; x < plane.width(); x++) {
          o.set(c, y, x);
        }
      }
    }
    return o;
  }

  private static Occupancy empty(int channels, Plane plane, int side) {
    if (side < 1 || side > 8) {
      throw new IllegalArgumentException("a tile wants a side of 1 to 8, got " + side);
    }
    int tiles =
        Math.multiplyExact(
            channels, Math.ceilDiv(plane.height(), side) * Math.ceilDiv(plane.width(), side));
    return new Occupancy(channels, plane, side, new long[tiles]);
  }

  private void set(int c, int y, int x) {
    bits[index(c, y / side, x / side)] |= 1L << (y % side * side + x % side);
  }

  int tileColumns() {
    return Math.ceilDiv(plane.width(), side);
  }

  int tileRows() {
    return Math.ceilDiv(plane.height(), side);
  }

  int index(int channel, int tileRow, int tileColumn) {
    return (channel * tileRows() + tileRow) * tileColumns() + tileColumn;
  }

  boolean at(int channel, int y, int x) {
    return (bits[index(channel, y / side, x / side)] >>> (y % side * side + x % side) & 1) != 0;
  }

  /** Places of a tile that lie within the image. */
  int places(int tile) {
    int row = tile / tileColumns() % tileRows();
    int column = tile % tileColumns();
    return Math.min(side, plane.height() - row * side)
        * Math.min(side, plane.width() - column * side);
  }

  /** Tiles that hold something. */
  int presentTiles() {
    int present = 0;
    for (long tile : bits) {
      present += tile == 0 ? 0 : 1;
    }
    return present;
  }

  /** Values that are not zero. */
  long nonZeros() {
    long sum = 0;
    for (long tile : bits) {
      sum += Long.bitCount(tile);
    }
    return sum;
  }

  /** The share of zeros, 0 to 1. */
  double sparsity() {
    return 1 - nonZeros() / ((double) channels * plane.size());
  }
}
