package whyc.rtl;

import whyc.tensor.Shape;

/**
 * A value as the core stores it: positions row by row, at each position its channels in words of so
 * many lanes.
 *
 * <pre>{@code
 * word(row, column, channel) = (row * columns + column) * groups + channel / lanes
 * }</pre>
 */
record Plane(int rows, int columns, int channels, int lanes) {
  /** Of a value for one image: {@code [1,C,h,w]}, or {@code [1,C]} at a single position. */
  static Plane of(Shape shape, int lanes) {
    boolean isImage = shape.rank() == 4;
    return new Plane(
        isImage ? shape.dim(2) : 1,
        isImage ? shape.dim(3) : 1,
        shape.rank() < 2 ? 1 : shape.dim(1),
        lanes);
  }

  /** Whether the core can store a value of a shape. */
  static boolean takes(Shape shape) {
    boolean isOne = shape.rank() == 0 || shape.dim(0) == 1;
    return isOne && (shape.rank() <= 2 || shape.rank() == 4);
  }

  int groups() {
    return Math.ceilDiv(channels, lanes);
  }

  int positions() {
    return rows * columns;
  }

  int words() {
    return positions() * groups();
  }

  /** Words from one row to the next. */
  int rowStep() {
    return columns * groups();
  }
}
