package whyc.heatmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A map as its bytes, of which single tiles can be read. {@link MapWriter} tells what lies where.
 *
 * <p>Where a tile's codes start follows from the bits before it: which tiles are present, which of
 * them are sparse, how many bits are set in the bitmaps of those. These sums are taken once and
 * kept for each 64th tile, so that a tile costs at most 64 steps over bits, and no code of another
 * tile is looked at.
 */
public final class StoredMap {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits are read with the eight bytes from where they start, and one more. */
  static final int SPARE = Long.BYTES + 1;

  /** Tiles from one kept place to the next, and the numbers that are kept of it. */
  private static final int GROUP = 64;

  private static final int KEPT = 3;

  private final Grid grid;
  private final Coding coding;
  private final byte[] bytes;
  private final boolean mixed;
  private final int presenceAt;
  private final int modesAt;
  private final int bitmapsAt;
  private final int codesAt;
  private final int[] kept;

  private StoredMap(Grid grid, Coding coding, boolean mixed, byte[] source, int at, int to) {
    this.grid = grid;
    this.coding = coding;
    this.mixed = mixed;
    this.bytes = source.length >= to + SPARE ? source : Arrays.copyOf(source, to + SPARE);
    this.presenceAt = at;
    this.modesAt = at + Sections.bytes(grid.tiles());
    checkRoom(modesAt, to);
    int present = bitsSet(presenceAt, grid.tiles());
    this.bitmapsAt = modesAt + (mixed ? Sections.bytes(present) : 0);
    checkRoom(bitmapsAt, to);
    this.kept = new int[(grid.tiles() + GROUP - 1) / GROUP * KEPT];
    Cursor last = survey(to);
    this.codesAt = bitmapsAt + Sections.bytes(last.bitmapBits);
    long end = codesAt + ((long) last.codes * coding.bits() + 7) / 8;
    if (end != to) {
      throw new FormatException(
          "a map of these tiles wants %d bytes, got %d".formatted(end - at, to - at));
    }
  }

  /**
   * Opens the sections of a map; what is wrong with them is found here, but for codes that are no
   * number.
   *
   * @param mixed whether there are mode bits and bitmaps
   * @param at where the sections start
   * @param to where they end
   * @throws FormatException if they do not fit to the extents
   */
  static StoredMap of(Grid grid, Coding coding, boolean mixed, byte[] bytes, int at, int to) {
    return new StoredMap(grid, coding, mixed, bytes, at, to);
  }

  private static void checkRoom(int needed, int to) {
    if (needed > to) {
      throw new FormatException(
          "a map of these extents wants %d bytes more than it has".formatted(needed - to));
    }
  }

  /** Goes over all bits, and keeps where each group of tiles starts. */
  private Cursor survey(int to) {
    Cursor cursor = new Cursor(0);
    int tiles = grid.tiles();
    for (int t = 0; t < tiles; t++) {
      if (t % GROUP == 0) {
        int k = t / GROUP * KEPT;
        kept[k] = cursor.present;
        kept[k + 1] = cursor.bitmapBits;
        kept[k + 2] = cursor.codes;
      }
      checkRoom(bitmapsAt + Sections.bytes(cursor.bitmapBits), to);
      cursor.next();
    }
    checkRoom(bitmapsAt + Sections.bytes(cursor.bitmapBits), to);
    return cursor;
  }

  /** A place between two tiles, with the sums of what lies before it. */
  private final class Cursor {
    private final Tiles place;
    private int tile;
    private int present;
    private int bitmapBits;
    private int codes;

    /** Of the tile that was stepped over: its bitmap as it is stored, and where its codes start. */
    private boolean isPresent;

    private boolean isSparse;
    private long bitmap;
    private int firstCode;

    /** Before the first tile of a group. */
    Cursor(int group) {
      place = new Tiles(grid, group * GROUP);
      tile = group * GROUP;
      present = kept[group * KEPT];
      bitmapBits = kept[group * KEPT + 1];
      codes = kept[group * KEPT + 2];
    }

    void next() {
      place.next();
      isPresent = bits(presenceAt, tile++, 1) != 0;
      if (!isPresent) {
        return;
      }
      int size = place.rows() * place.columns();
      isSparse = mixed && bits(modesAt, present, 1) != 0;
      present++;
      firstCode = codes;
      if (isSparse) {
        bitmap = bits(bitmapsAt, bitmapBits, size);
        bitmapBits += size;
        codes += Long.bitCount(bitmap);
      } else {
        codes += size;
      }
    }

    /** The bitmap with a row of the map every {@code edge} bits. */
    long widened() {
      int edge = grid.tile();
      int columns = place.columns();
      if (columns == edge) {
        return bitmap;
      }
      long wide = 0;
      for (int y = 0; y < place.rows(); y++) {
        wide |= (bitmap >>> y * columns & (1L << columns) - 1) << y * edge;
      }
      return wide;
    }
  }

  /** Some bits, at most 64, from one within a section on. */
  private long bits(int section, int first, int count) {
    int at = section + (first >>> 3);
    int shift = first & 7;
    long low = (long) LONGS.get(bytes, at) >>> shift;
    long high = shift == 0 ? 0 : (long) bytes[at + Long.BYTES] << Long.SIZE - shift;
    return (low | high) & -1L >>> Long.SIZE - count;
  }

  private int bitsSet(int section, int count) {
    int set = 0;
    for (int i = 0; i < count; i += Long.SIZE) {
      set += Long.bitCount(bits(section, i, Math.min(Long.SIZE, count - i)));
    }
    return set;
  }

  public Grid grid() {
    return grid;
  }

  public Coding coding() {
    return coding;
  }

  /** Whether a tile is stored; the others are zero. */
  public boolean isPresent(int tile) {
    return bits(presenceAt, tile, 1) != 0;
  }

  /**
   * The codes of one tile, row by row; of one that is cut short by the map's edge those within the
   * map.
   */
  public int[] tile(int tile) {
    int[] result = new int[grid.sizeOf(tile)];
    if (isPresent(tile)) {
      Cursor cursor = new Cursor(tile / GROUP);
      while (cursor.tile <= tile) {
        cursor.next();
      }
      Codes codes = new Codes();
      int code = cursor.firstCode;
      for (int i = 0; i < result.length; i++) {
        if (!cursor.isSparse || (cursor.bitmap >>> i & 1) != 0) {
          result[i] = codes.at(code++);
        }
      }
    }
    return result;
  }

  /** Reads codes. */
  private final class Codes {
    private final byte[] from = bytes;
    private final int start = codesAt;
    private final int bits = coding.bits();
    private final long mask = (1L << bits) - 1;

    /** The sign of a code, which is taken away twice where it is set. */
    private final int sign =
        coding instanceof Coding.FixedPoint f && f.signed() ? 1 << bits - 1 : 0;

    /** Whether four codes are within eight bytes wherever the first of them starts. */
    private final boolean inFours = 4 * bits <= Long.SIZE - 7 || bits == Short.SIZE;

    int at(int index) {
      return code(word(index), 0);
    }

    void row(int first, int count, int[] into, int to) {
      int i = 0;
      for (; bits == Float.SIZE && i + 2 <= count; i += 2) {
        long word = (long) LONGS.get(from, start + Float.BYTES * (first + i));
        into[to + i] = (int) word;
        into[to + i + 1] = (int) (word >>> Float.SIZE);
      }
      for (; inFours && i + 4 <= count; i += 4) {
        long word = word(first + i);
        into[to + i] = code(word, 0);
        into[to + i + 1] = code(word, bits);
        into[to + i + 2] = code(word, 2 * bits);
        into[to + i + 3] = code(word, 3 * bits);
      }
      for (; i < count; i++) {
        into[to + i] = at(first + i);
      }
    }

    private long word(int index) {
      long bit = (long) index * bits;
      return (long) LONGS.get(from, start + (int) (bit >>> 3)) >>> (bit & 7);
    }

    private int code(long word, int shift) {
      int code = (int) (word >>> shift & mask);
      return (code ^ sign) - sign;
    }
  }

  /**
   * The whole map.
   *
   * @throws FormatException if a code is no finite number, or one of a sparse tile is zero
   */
  public TiledMap map() {
    int[] result = new int[grid.size()];
    long[] bitmaps = new long[grid.tiles()];
    Codes codes = new Codes();
    Cursor cursor = new Cursor(0);
    for (int t = 0; t < bitmaps.length; t++) {
      cursor.next();
      if (cursor.isPresent) {
        bitmaps[t] =
            cursor.isSparse ? readSparse(codes, cursor, result) : readDense(codes, cursor, result);
      }
    }
    checkFinite(result);
    return TiledMap.decoded(grid, coding, result, bitmaps);
  }

  private long readSparse(Codes codes, Cursor cursor, int[] result) {
    int edge = grid.tile();
    int width = grid.width();
    int start = cursor.place.start();
    int code = cursor.firstCode;
    long bitmap = cursor.widened();
    for (long rest = bitmap; rest != 0; rest &= rest - 1) {
      int i = Long.numberOfTrailingZeros(rest);
      int value = codes.at(code++);
      if (value == 0) {
        throw new FormatException("a sparse tile wants codes that are not zero, got zero");
      }
      result[start + i / edge * width + i % edge] = value;
    }
    return bitmap;
  }

  private long readDense(Codes codes, Cursor cursor, int[] result) {
    int edge = grid.tile();
    int start = cursor.place.start();
    int rows = cursor.place.rows();
    int columns = cursor.place.columns();
    int code = cursor.firstCode;
    long bitmap = 0;
    for (int y = 0; y < rows; y++) {
      int to = start + y * grid.width();
      codes.row(code, columns, result, to);
      code += columns;
      bitmap |= TiledMap.nonZeros(result, to, columns) << y * edge;
    }
    return bitmap;
  }

  private void checkFinite(int[] codes) {
    if (!coding.holdsAll(codes)) {
      throw new FormatException("a map of %s wants finite numbers".formatted(coding));
    }
  }
}
