package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;

/** What of a convolution's result stays in registers: some pixels of a row by some vectors. */
record Tile(int pixels, int vectors) {
  /** The most pixels that have registers for their addresses, where code is for any stride. */
  static final int UNFIXED = 8;

  /**
   * The tile for products of matrices whose weights stay in the first cache: the one that loads
   * least. One of p pixels and v vectors takes p + v loads for p * v products. (4x4 runs at 274
   * GFLOP/s, 8x2 at 265, 7x2 at 260, 3x4 at 262; Zen 5, 16 lanes.)
   */
  static Tile ofMatrices(Core core, int columns, int vectors) {
    return best(core, columns, divisors(vectors, 8), UNFIXED, (p, v) -> p + v + p * v / 2.0);
  }

  /**
   * The tile for windows over an image, whose weights come from the second cache.
   *
   * @param vectors to choose from
   * @param most pixels
   */
  static Tile ofWindows(Core core, int columns, List<Integer> vectors, int most) {
    return best(core, columns, vectors, most, core::cycles);
  }

  /**
   * The tile for a product of row-major matrices, whose last tiles may be narrower: the one that
   * loads least over all columns.
   *
   * @param room for sums in the code of one tile, whatever the registers
   */
  static Tile ofRows(Core core, int rows, int vectors, int room) {
    Tile best = new Tile(1, 1);
    double least = Double.POSITIVE_INFINITY;
    for (int v = 1; v <= Math.min(vectors, Math.min(room, 8)); v++) {
      int height = pixels(rows, Math.min(core.mostPixels(v), room / v));
      int whole = vectors / v;
      double loads = whole * loads(height, v) + loads(height, vectors % v);
      if (loads < least) {
        least = loads;
        best = new Tile(height, v);
      }
    }
    return best;
  }

  /** Loads for one step of depth, for each row of a tile, as if waiting were loads. */
  private static double loads(int height, int vectors) {
    if (vectors == 0) {
      return 0;
    }
    // Fewer than 10 sums leave multipliers waiting for each other: 4 cycles, 2 units.
    double waiting = Math.max(1, 10.0 / (height * vectors));
    return (double) (height + vectors) / height * waiting;
  }

  /** Numbers of vectors that divide all of them. */
  static List<Integer> divisors(int vectors, int most) {
    return IntStream.rangeClosed(1, Math.min(vectors, most))
        .filter(v -> vectors % v == 0)
        .boxed()
        .toList();
  }

  private interface Cycles {
    double of(int pixels, int vectors);
  }

  private static Tile best(
      Core core, int columns, List<Integer> vectors, int mostPixels, Cycles cycles) {
    Tile best = new Tile(1, vectors.getFirst());
    double least = Double.POSITIVE_INFINITY;
    for (int v : vectors) {
      int pixels = pixels(columns, Math.min(core.mostPixels(v), mostPixels));
      double cost = ofRow(columns, pixels, v, cycles) / v;
      if (cost < least) {
        least = cost;
        best = new Tile(pixels, v);
      }
    }
    return best;
  }

  /** Cycles for a row of tiles, the last ones of which are narrower by a pixel. */
  private static double ofRow(int columns, int pixels, int vectors, Cycles cycles) {
    int tiles = Math.ceilDiv(columns, pixels);
    int narrow = tiles * pixels - columns;
    // Too few sums leave multipliers waiting for each other: 4 cycles, 2 units, and some more.
    return (tiles - narrow) * Math.max(5, cycles.of(pixels, vectors))
        + narrow * Math.max(5, cycles.of(pixels - 1, vectors));
  }

  /** Of a tile as wide as may be, or one less, which fill a row. */
  static int pixels(int columns, int most) {
    int tiles = Math.ceilDiv(columns, Math.clamp(most, 1, columns));
    return Math.ceilDiv(columns, tiles);
  }
}
