package whyc.engine.jvm;

import whyc.engine.jvm.code.Lanes;

/**
 * What a core can do with vectors of some lanes, as measured. By it tiles are cut, and kernels
 * chosen where they are chosen by rule; so it depends on the width of vectors, and on nothing else
 * of a machine that would change the bits of a result.
 *
 * @param mostSums of a tile: enough to keep multipliers busy, few enough for the registers
 * @param mostLive vectors of a tile at once: its sums, and for one step of the innermost loop the
 *     weights and the numbers that are used more than once. HotSpot's compiler loads all of them
 *     before it multiplies, and spills sums where registers do not suffice
 * @param mostOnce the same, numbers included that are used once
 * @param loadCycles from one load of a vector, or of a number for all lanes, to the next
 * @param windowSpeed floating-point operations for a nanosecond and a lane, of convolutions
 * @param matrixSpeed the same of matrix products
 * @param memoryBandwidth bytes of weights for a nanosecond, from memory
 * @param cacheBandwidth the same from a third cache
 * @param firstCache bytes of weights that stay in the first cache while numbers come and go
 * @param secondCache bytes that are to stay in the second cache: most of it
 */
record Core(
    int mostSums,
    int mostLive,
    int mostOnce,
    double loadCycles,
    double windowSpeed,
    double matrixSpeed,
    double memoryBandwidth,
    double cacheBandwidth,
    int firstCache,
    int secondCache) {

  /**
   * 32 registers, vectors of 16 (Zen 5). With 14 sums a convolution ran at 265 GFLOP/s, with 18 at
   * 125.
   */
  private static final Core OF_32_REGISTERS =
      new Core(16, 26, 32, 0.5, 15.6, 16.5, 55, 120, 32 << 10, 768 << 10);

  /**
   * 16 registers, vectors of 8 (Zen 3, at most 100 GFLOP/s). Tiles of 4x2 and 2x4 ran at 72 to 86
   * GFLOP/s; of 5x2 at 93 or, where the compiler spilled, at 37, of 3x3 at 83 or 40; of 6x2, 4x3
   * and 3x4 at 40; of 12x1, which reads a number for each product, at 57 to 70.
   */
  private static final Core OF_16_REGISTERS =
      new Core(12, 14, Integer.MAX_VALUE, 0.72, 9.8, 11, 28, 100, 20 << 10, 384 << 10);

  static Core of(Lanes lanes) {
    return switch (lanes) {
      case SIXTEEN -> OF_32_REGISTERS;
      case EIGHT -> OF_16_REGISTERS;
      case FOUR -> hasNeon() ? OF_32_REGISTERS : OF_16_REGISTERS;
    };
  }

  private static boolean hasNeon() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  /** The most pixels of a tile that is some vectors wide. */
  int mostPixels(int vectors) {
    int bySums = mostSums / vectors;
    return Math.max(
        1, vectors == 1 ? bySums : Math.min(bySums, (mostLive - vectors) / (vectors + 1)));
  }

  /**
   * The most pixels of a tile one vector wide that uses each number for some neighbouring taps: p +
   * taps - 1 numbers, p sums.
   */
  int mostSlidPixels(int taps) {
    return Math.min(mostSums, (mostOnce - 2 * taps + 1) / 2);
  }

  /**
   * Cycles for one step of the innermost loop of a tile, whose weights come from the second cache.
   * 16 lanes: 7x2 takes 7.9, 8x2 9.0, 6x2 7.1, 5x2 6.3, 4x2 6.1, 7x1 5.3, 5x3 10.2, 4x3 8.3, 3x4
   * 9.8 (64 channels of 56x56, Zen 5); 8 lanes: 4x2 5.4, 3x3 5.9, 7x1 5.2, 12x1 9.6 (Zen 3).
   */
  double cycles(int pixels, int vectors) {
    double multiplying = pixels * vectors / 2.0;
    double loading = (pixels + vectors) * loadCycles;
    return Math.max(multiplying, loading) + 1 + 1.5 * Math.max(0, vectors - 2);
  }
}
