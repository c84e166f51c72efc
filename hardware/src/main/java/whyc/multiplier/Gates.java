package whyc.multiplier;

/**
 * What a circuit is built of, counted roughly.
 *
 * @param ands gates by area, as so many ANDs of two inputs
 * @param columns of arrays that give a bit of the result
 * @param meetings pairs of cells of one column: each may disturb what the adders below it made of
 *     the others
 * @param levels adders that the longest path goes through; other gates count for a part of one
 */
record Gates(double ands, int columns, int meetings, double levels) {

  /*
   * Sizes of gates, as multiples of an AND's: the ratios of areas in common standard cells
   * (NanGate 45 nm Open Cell Library: AND2 1.064, XOR2 1.596, MUX2 1.862, HA 2.66, FA 4.256 um2).
   */
  static final double AND = 1;
  static final double XOR = 1.5;
  static final double MUX = 1.75;
  static final double HALF_ADDER = 2.5;
  static final double FULL_ADDER = 4;

  /** A choice of two is about half as slow as an adder. */
  private static final double MUX_LEVELS = 0.5;

  /** What follows on this. */
  Gates then(Gates next) {
    return sum(next, levels + next.levels);
  }

  /** What runs at the same time. */
  Gates beside(Gates other) {
    return sum(other, Math.max(levels, other.levels));
  }

  private Gates sum(Gates o, double levels) {
    return new Gates(ands + o.ands, columns + o.columns, meetings + o.meetings, levels);
  }

  static Gates logic(double ands, double levels) {
    return new Gates(ands, 0, 0, levels);
  }

  /** For each column of a whole array of so many bits how many cells it holds. */
  static int[] square(int bits) {
    int[] heights = new int[2 * bits];
    for (int column = 0; column < 2 * bits - 1; column++) {
      heights[column] = Math.min(column + 1, 2 * bits - 1 - column);
    }
    return heights;
  }

  /**
   * Cells and adders that add them up. A column of n bits, carries of the one before among them,
   * takes (n-1)/2 full adders, and a half one where that leaves a rest; each carries. Half adders
   * are left to what a column costs. The longest path goes down the highest column and along all
   * that carry.
   *
   * @param heights for each column how many cells it holds
   * @param constant bits of which are added in their columns
   */
  static Gates array(int[] heights, int constant) {
    double ands = 0;
    int carries = 0;
    int columns = 0;
    int meetings = 0;
    int highest = 0;
    int carrying = 0;
    for (int column = 0; column < heights.length; column++) {
      int cells = heights[column];
      int bits = cells + carries + (constant >> column & 1);
      int adders = Math.max(0, bits - 1) / 2;
      ands += cells * AND + adders * FULL_ADDER;
      columns += cells > 0 ? 1 : 0;
      meetings += cells * (cells - 1) / 2;
      highest = Math.max(highest, cells);
      carries = bits / 2;
      carrying += carries > 0 ? 1 : 0;
    }
    return new Gates(ands, columns, meetings, highest + carrying);
  }

  /** An adder outside of an array, carry by carry. */
  static Gates adder(int bits) {
    return logic(bits * FULL_ADDER, bits);
  }

  /** Each bit an exclusive or, and the one of two's complement carried along. */
  static Gates negation(int bits) {
    return logic(bits * (XOR + HALF_ADDER), bits * 0.5);
  }

  /** A bit for each place, and the place as a number. */
  static Gates leadingOne(int bits) {
    return logic(2 * bits * AND, Binary.length(bits - 1) * MUX_LEVELS);
  }

  /** Moves so many bits by less than so many places, a power of two at a time. */
  static Gates shifter(int bits, int places) {
    int stages = Binary.length(places - 1);
    return logic(bits * stages * MUX, stages * MUX_LEVELS);
  }
}
