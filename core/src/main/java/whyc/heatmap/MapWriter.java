package whyc.heatmap;

/**
 * The sections of a map, as {@link StoredMap} reads them. All bits are counted from the lowest bit
 * of the first byte; each section starts at a byte, and the bits up to it are zero.
 *
 * <pre>{@code
 * presence   a bit for each tile: 1 where it has a number that is not zero
 * modes      a bit for each present tile: 1 where it is sparse           only if the map is mixed
 * bitmaps    for each sparse tile a bit for each of its numbers,
 *            row by row: 1 where it is not zero                          only if the map is mixed
 * codes      for each present tile its codes, row by row: of a sparse
 *            one those that are not zero, of another all
 * }</pre>
 *
 * A tile that is cut short by the map's edge has the numbers within the map and no others.
 */
final class MapWriter {
  private MapWriter() {}

  /** Writes the sections of a map. */
  static void write(TiledMap map, Sections sections, byte[] bytes, int at) {
    writePresence(map, new BitWriter(bytes, at));
    if (sections.mixed()) {
      writeBitmaps(
          map,
          new BitWriter(bytes, at + sections.modesAt()),
          new BitWriter(bytes, at + sections.bitmapsAt()));
    }
    writeCodes(map, sections.mixed(), new BitWriter(bytes, at + sections.valuesAt()));
  }

  private static void writePresence(TiledMap map, BitWriter presence) {
    int tiles = map.grid().tiles();
    for (int t = 0; t < tiles; t++) {
      presence.put(map.isPresent(t) ? 1 : 0, 1);
    }
    presence.flush();
  }

  private static void writeBitmaps(TiledMap map, BitWriter modes, BitWriter bitmaps) {
    Grid grid = map.grid();
    int bits = map.coding().bits();
    Tiles tile = new Tiles(grid);
    int tiles = grid.tiles();
    for (int t = 0; t < tiles; t++) {
      tile.next();
      long bitmap = map.bitmap(t);
      if (bitmap != 0) {
        int size = tile.rows() * tile.columns();
        boolean sparse = Sections.isSparse(size, Long.bitCount(bitmap), bits);
        modes.put(sparse ? 1 : 0, 1);
        if (sparse) {
          bitmaps.put(narrowed(bitmap, grid.tile(), tile.rows(), tile.columns()), size);
        }
      }
    }
    modes.flush();
    bitmaps.flush();
  }

  /** A bitmap whose rows follow each other without the gaps of a tile that is cut short. */
  private static long narrowed(long bitmap, int edge, int rows, int columns) {
    if (columns == edge) {
      return bitmap;
    }
    long narrow = 0;
    for (int y = 0; y < rows; y++) {
      narrow |= ((bitmap >>> (y * edge)) & ((1L << columns) - 1)) << (y * columns);
    }
    return narrow;
  }

  private static void writeCodes(TiledMap map, boolean mixed, BitWriter values) {
    Grid grid = map.grid();
    int[] codes = map.codes();
    int bits = map.coding().bits();
    long mask = (1L << bits) - 1;
    int edge = grid.tile();
    int width = grid.width();
    Tiles tile = new Tiles(grid);
    int tiles = grid.tiles();
    for (int t = 0; t < tiles; t++) {
      tile.next();
      long bitmap = map.bitmap(t);
      if (bitmap == 0) {
        continue;
      }
      int start = tile.start();
      int rows = tile.rows();
      int columns = tile.columns();
      if (mixed && Sections.isSparse(rows * columns, Long.bitCount(bitmap), bits)) {
        for (long rest = bitmap; rest != 0; rest &= rest - 1) {
          int i = Long.numberOfTrailingZeros(rest);
          values.put(codes[start + i / edge * width + i % edge] & mask, bits);
        }
      } else {
        for (int y = 0; y < rows; y++) {
          writeRow(codes, start + y * width, columns, bits, values);
        }
      }
    }
    values.flush();
  }

  private static void writeRow(int[] codes, int from, int count, int bits, BitWriter values) {
    int atOnce = bits <= Long.SIZE / 4 ? 4 : 2;
    long mask = (1L << bits) - 1;
    int i = 0;
    for (; i + atOnce <= count; i += atOnce) {
      long word = (codes[from + i] & mask) | ((codes[from + i + 1] & mask) << bits);
      if (atOnce == 4) {
        long high = (codes[from + i + 2] & mask) | ((codes[from + i + 3] & mask) << bits);
        word |= high << (2 * bits);
      }
      values.put(word, atOnce * bits);
    }
    for (; i < count; i++) {
      values.put(codes[from + i] & mask, bits);
    }
  }
}
