package whyc.simulate.systolic;

/**
 * The extents of a product along the rows, the columns and the time of an array. What does not fit
 * the rows and columns is cut into folds, one after the other.
 */
record Mapping(long rowExtent, long columnExtent, long steps) {
  long rowFolds(int rows) {
    return Math.ceilDiv(rowExtent, rows);
  }

  long columnFolds(int columns) {
    return Math.ceilDiv(columnExtent, columns);
  }

  /** Elements that hold something, summed over the folds. */
  long usedElements() {
    return rowExtent * columnExtent;
  }
}
