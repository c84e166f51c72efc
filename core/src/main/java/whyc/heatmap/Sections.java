package whyc.heatmap;

/**
 * The extents of the sections that follow the head of a map. Each starts at a byte.
 *
 * @param tiles of the map, one bit each
 * @param present tiles that are not empty, one mode bit each where some are sparse
 * @param bitmapBits numbers in sparse tiles, one bit each
 * @param values codes that are stored, {@code bits} each
 */
record Sections(int tiles, int present, boolean mixed, int bitmapBits, int values, int bits) {
  /**
   * What a map takes. A tile is sparse where its bitmap and its codes other than zero take less
   * than all of its codes; where that saves no more than the mode bits cost, no tile is.
   */
  static Sections of(TiledMap map) {
    Grid grid = map.grid();
    int bits = map.coding().bits();
    int present = 0;
    int numbers = 0;
    int bitmapBits = 0;
    int values = 0;
    int tile = 0;
    for (int c = 0; c < grid.channels(); c++) {
      for (int row = 0; row < grid.tilesDown(); row++) {
        for (int column = 0; column < grid.tilesAcross(); column++) {
          int count = map.count(tile++);
          if (count == 0) {
            continue;
          }
          int size = grid.rowsAt(row) * grid.columnsAt(column);
          boolean sparse = isSparse(size, count, bits);
          present++;
          numbers += size;
          bitmapBits += sparse ? size : 0;
          values += sparse ? count : size;
        }
      }
    }
    Sections dense = new Sections(grid.tiles(), present, false, 0, numbers, bits);
    Sections mixed = new Sections(grid.tiles(), present, true, bitmapBits, values, bits);
    return mixed.bytes() < dense.bytes() ? mixed : dense;
  }

  /** The most that a map of such extents can take: all tiles present, a bitmap for each number. */
  static long maxBytes(Grid grid, int bits) {
    return 2L * bytes(grid.tiles()) + bytes(grid.size()) + ((long) grid.size() * bits + 7) / 8;
  }

  /** Whether a tile takes less as a bitmap with the codes that are not zero. */
  static boolean isSparse(int size, int count, int bits) {
    return size + count * bits < size * bits;
  }

  /** Where the mode bits start. */
  int modesAt() {
    return bytes(tiles);
  }

  /** Where the bitmaps start. */
  int bitmapsAt() {
    return modesAt() + (mixed ? bytes(present) : 0);
  }

  /** Where the codes start. */
  int valuesAt() {
    return bitmapsAt() + bytes(bitmapBits);
  }

  /** All sections together. */
  long bytes() {
    return valuesAt() + ((long) values * bits + 7) / 8;
  }

  static int bytes(int bits) {
    return (bits + 7) / 8;
  }
}
