package whyc.rtl;

/**
 * A tap of a window: for which positions of the plane it lies inside of the image, and where.
 *
 * @param source from the tile's source address to the first such position in the tile's first row
 * @param skip source words that the first rows without the tap would take
 * @param weight from the group's weight address to the tap's first block
 * @param firstRow of the plane, {@code endRow} the one after the last
 * @param place of the first such position in a tile's row, {@code placeSkip} as skip
 * @param number by which switches know it
 */
record Tap(
    int source,
    int skip,
    int weight,
    int firstRow,
    int endRow,
    int columns,
    int place,
    int placeSkip,
    int number) {

  /** Whether it has a position at all. */
  boolean isEmpty() {
    return endRow <= firstRow || columns <= 0;
  }
}
