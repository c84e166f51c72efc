package whyc.heatmap;

import java.util.Arrays;
import java.util.List;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A heat map or a gradient as codes, and for each tile which of its codes are not zero: what the
 * compressed format stores, and what an accelerator that leaves out zeros works on.
 *
 * <p>Immutable: an array that was handed over, or that was handed out, must not be written to
 * afterwards.
 */
public final class TiledMap {
  /** Added and taken away again, it leaves a float rounded half to even: 1.5 * 2^23. */
  private static final float ROUNDING = 0x1.8p23f;

  private final Grid grid;
  private final Coding coding;
  private final int[] codes;
  private final long[] bitmaps;

  private TiledMap(Grid grid, Coding coding, int[] codes, long[] bitmaps) {
    this.grid = grid;
    this.coding = coding;
    this.codes = codes;
    this.bitmaps = bitmaps;
  }

  /**
   * Numbers in fixed point: signed where one of them is negative, with the finest scale that holds
   * the largest, each rounded to the nearest code, half to even.
   *
   * @param values row by row, {@code [c,h,w]}; finite
   * @param bits 4 to 16
   */
  public static TiledMap quantized(Grid grid, float[] values, int bits) {
    checkSize(grid, values.length);
    float largest = largest(grid, values);
    Coding.FixedPoint coding = Coding.FixedPoint.of(bits, anyNegative(values), largest);
    int[] codes = new int[values.length];
    float scale = coding.scale();
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (int) (values[i] / scale + ROUNDING - ROUNDING);
    }
    return new TiledMap(grid, coding, codes, bitmaps(grid, codes));
  }

  /** Numbers as they are, every bit kept; finite. */
  public static TiledMap exact(Grid grid, float[] values) {
    checkSize(grid, values.length);
    largest(grid, values);
    int[] codes = new int[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Float.floatToRawIntBits(values[i]);
    }
    return new TiledMap(grid, new Coding.SinglePrecision(), codes, bitmaps(grid, codes));
  }

  /**
   * A map of codes that are there already.
   *
   * @param codes row by row, {@code [c,h,w]}; each one that the coding holds
   */
  public static TiledMap ofCodes(Grid grid, Coding coding, int[] codes) {
    checkSize(grid, codes.length);
    if (!coding.holdsAll(codes)) {
      int at = 0;
      while (coding.holds(codes[at])) {
        at++;
      }
      throw new RefusedArgument(
          "a heat map wants codes that fit into %s, got %d at %s"
              .formatted(coding, codes[at], place(grid, at)));
    }
    return new TiledMap(grid, coding, codes, bitmaps(grid, codes));
  }

  /** What a decoder has read, bitmaps included. */
  static TiledMap decoded(Grid grid, Coding coding, int[] codes, long[] bitmaps) {
    return new TiledMap(grid, coding, codes, bitmaps);
  }

  private static void checkSize(Grid grid, int length) {
    if (length != grid.size()) {
      throw new RefusedArgument(
          "a heat map [%d,%d,%d] wants %d numbers, got %d"
              .formatted(grid.channels(), grid.height(), grid.width(), grid.size(), length));
    }
  }

  /** The largest magnitude. The maximum of numbers one of which is NaN is NaN. */
  private static float largest(Grid grid, float[] values) {
    float largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    if (!Float.isFinite(largest)) {
      int at = 0;
      while (Float.isFinite(values[at])) {
        at++;
      }
      throw new RefusedArgument(
          "a heat map wants finite numbers, got %s at %s".formatted(values[at], place(grid, at)));
    }
    return largest;
  }

  private static boolean anyNegative(float[] values) {
    int signs = 0;
    for (float v : values) {
      signs |= Float.floatToRawIntBits(v);
    }
    return signs < 0 && anyBelowZero(values);
  }

  /** Negative zeros have a sign too. */
  private static boolean anyBelowZero(float[] values) {
    for (float v : values) {
      if (v < 0) {
        return true;
      }
    }
    return false;
  }

  private static List<Integer> place(Grid grid, int index) {
    int plane = grid.height() * grid.width();
    return List.of(index / plane, index % plane / grid.width(), index % grid.width());
  }

  private static long[] bitmaps(Grid grid, int[] codes) {
    long[] bitmaps = new long[grid.tiles()];
    int edge = grid.tile();
    int across = grid.tilesAcross();
    int down = grid.tilesDown();
    int rows = grid.channels() * grid.height();
    for (int row = 0; row < rows; row++) {
      int y = row % grid.height();
      int first = (row / grid.height() * down + y / edge) * across;
      int from = row * grid.width();
      int shift = y % edge * edge;
      for (int t = 0; t < across; t++) {
        long bits = nonZeros(codes, from + t * edge, grid.columnsAt(t));
        bitmaps[first + t] |= bits << shift;
      }
    }
    return bitmaps;
  }

  /** A bit for each of some codes, the first in the lowest; 1 where it is not zero. */
  static long nonZeros(int[] codes, int from, int count) {
    int bits = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      bits |= fourNonZeros(codes, from + i) << i;
    }
    for (; i < count; i++) {
      bits |= isNonZero(codes[from + i]) << i;
    }
    return bits;
  }

  private static int fourNonZeros(int[] codes, int from) {
    return isNonZero(codes[from])
        | isNonZero(codes[from + 1]) << 1
        | isNonZero(codes[from + 2]) << 2
        | isNonZero(codes[from + 3]) << 3;
  }

  /** 1 or 0, without a branch: which codes are zero cannot be foretold. */
  private static int isNonZero(int code) {
    return (code | -code) >>> 31;
  }

  public Grid grid() {
    return grid;
  }

  public Coding coding() {
    return coding;
  }

  /** The codes of all numbers, row by row, {@code [c,h,w]}; the map's own array. */
  public int[] codes() {
    return codes;
  }

  /**
   * Which codes of a tile are not zero: bit {@code y * edge + x}, with {@code edge} that of a whole
   * tile also where this one is cut short.
   */
  public long bitmap(int tile) {
    return bitmaps[tile];
  }

  /** Codes of a tile that are not zero. */
  public int count(int tile) {
    return Long.bitCount(bitmaps[tile]);
  }

  /** Whether a tile has a code that is not zero. */
  public boolean isPresent(int tile) {
    return bitmaps[tile] != 0;
  }

  /** Tiles with a code that is not zero. */
  public int presentTiles() {
    int present = 0;
    for (long bits : bitmaps) {
      present += bits == 0 ? 0 : 1;
    }
    return present;
  }

  /** Codes of the map that are not zero. */
  public int nonZeros() {
    int count = 0;
    for (long bits : bitmaps) {
      count += Long.bitCount(bits);
    }
    return count;
  }

  /**
   * Bytes of the map in the compressed format: presence, modes, bitmaps and codes, without the head
   * that names extents and coding.
   */
  public long compressedBytes() {
    return Sections.of(this).bytes();
  }

  /**
   * Bits that a tile takes by itself: none where it is empty, else all its codes, or its bitmap and
   * the codes that are not zero, whichever is less.
   */
  public int compressedBits(int tile) {
    int size = grid.sizeOf(tile);
    int count = count(tile);
    int bits = coding.bits();
    if (count == 0) {
      return 0;
    }
    return Sections.isSparse(size, count, bits) ? size + count * bits : size * bits;
  }

  /** The numbers that the codes stand for, row by row. */
  public float[] values() {
    float[] values = new float[codes.length];
    switch (coding) {
      case Coding.FixedPoint fixed -> {
        float scale = fixed.scale();
        for (int i = 0; i < values.length; i++) {
          values[i] = codes[i] * scale;
        }
      }
      case Coding.SinglePrecision _ -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(codes[i]);
        }
      }
    }
    return values;
  }

  /** The numbers that the codes stand for, {@code [c,h,w]}. */
  public Tensor tensor() {
    return Tensor.of(Shape.of(grid.channels(), grid.height(), grid.width()), values());
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TiledMap m
        && grid.equals(m.grid)
        && coding.equals(m.coding)
        && Arrays.equals(codes, m.codes);
  }

  @Override
  public int hashCode() {
    return 31 * grid.hashCode() + Arrays.hashCode(codes);
  }

  @Override
  public String toString() {
    return "%s %s, %d of %d tiles, %d numbers that are not zero"
        .formatted(grid, coding, presentTiles(), grid.tiles(), nonZeros());
  }
}
