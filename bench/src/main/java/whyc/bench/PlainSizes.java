package whyc.bench;

import whyc.heatmap.Grid;
import whyc.heatmap.TiledMap;

/**
 * What a map takes in the usual encodings of sparse numbers, in bits, without the head that names
 * its extents. Codes are as wide as the map's coding says.
 */
final class PlainSizes {
  private PlainSizes() {}

  /** All codes, one after the other. */
  static long raw(TiledMap map) {
    return (long) map.grid().size() * map.coding().bits();
  }

  /** A bit for each number, and the codes that are not zero. */
  static long elementBitmap(TiledMap map) {
    return map.grid().size() + (long) map.nonZeros() * map.coding().bits();
  }

  /**
   * Run lengths: entries of a count of zeros and the code that follows them, as in Eyeriss (Chen et
   * al. 2016, section V-C: 5 bits of run, 16 of code). Where more zeros stand in a row than a run
   * can say, an entry carries a zero as its code. Zeros at the end take nothing: the map's extents
   * tell how many there are.
   *
   * @param runBits 1 to 16 bits of a count
   */
  static long runLength(TiledMap map, int runBits) {
    if (runBits < 1 || runBits > 16) {
      throw new IllegalArgumentException("run lengths want counts of 1 to 16 bits, got " + runBits);
    }
    long entries = 0;
    int zeros = 0;
    for (int code : map.codes()) {
      if (code == 0) {
        zeros++;
      } else {
        // An entry with a zero as its code covers 2^runBits zeros.
        entries += (zeros >>> runBits) + 1;
        zeros = 0;
      }
    }
    return entries * (runBits + map.coding().bits());
  }

  /**
   * Compressed sparse rows, each channel a matrix: for each row where its codes end, for each code
   * that is not zero its column, and the code.
   */
  static long sparseRows(TiledMap map) {
    Grid g = map.grid();
    int pointer = bitsFor(g.height() * g.width());
    int column = bitsFor(g.width() - 1);
    return (long) g.channels() * g.height() * pointer
        + (long) map.nonZeros() * (column + map.coding().bits());
  }

  /** Bits that tell apart the numbers from 0 to some number. */
  private static int bitsFor(int largest) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(largest);
  }
}
