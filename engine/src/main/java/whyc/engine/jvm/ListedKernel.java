package whyc.engine.jvm;

import whyc.engine.jvm.code.Routine;

/**
 * A convolution of what is not zero, block by block of rows: numbers are listed, and then those
 * listed are multiplied, or all of them where few are zero. Both give the same bits.
 *
 * <p>A unit is a share of all blocks, with working memory of its own.
 *
 * @param dense the same convolution without lists; a unit is a row for one group of one image
 * @param rows of all images
 * @param block rows at a time
 * @param rowsPerImage of the result
 * @param groups of vectors of the convolution without lists
 * @param most listed numbers of a row, on average of a block, for which lists are used
 */
record ListedKernel(
    Part[] parts, RoutineKernel dense, int rows, int block, int rowsPerImage, int groups, long most)
    implements Kernel {

  /**
   * Routines over one piece of working memory.
   *
   * @param totals where the number of listed numbers stands for each row of a block
   */
  record Part(Bound lists, Bound products, int totals) {}

  /** A routine with its arguments. */
  record Bound(Routine routine, int[] arguments) {
    void run(Banks banks, int from, int to) {
      routine.run(banks.values(), banks.bits(), banks.weights(), arguments, from, to);
    }
  }

  @Override
  public int units() {
    return parts.length;
  }

  @Override
  public void begin(Banks banks) {
    dense.begin(banks);
  }

  @Override
  public void run(Banks banks, int from, int to) {
    int blocks = Math.ceilDiv(rows, block);
    for (int unit = from; unit < to; unit++) {
      int end = (int) ((unit + 1L) * blocks / parts.length);
      for (int b = (int) ((long) unit * blocks / parts.length); b < end; b++) {
        run(banks, parts[unit], b * block);
      }
    }
  }

  private void run(Banks banks, Part part, int first) {
    int end = Math.min(rows, first + block);
    part.lists.run(banks, first, end);
    if (listed(banks.values(), part.totals, end - first) <= most * (end - first)) {
      part.products.run(banks, first, end);
    } else {
      runDense(banks, first, end);
    }
  }

  private static long listed(float[] values, int totals, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Float.floatToRawIntBits(values[totals + i]);
    }
    return sum;
  }

  private void runDense(Banks banks, int first, int end) {
    int from = first;
    while (from < end) {
      int image = from / rowsPerImage;
      int to = Math.min(end, (image + 1) * rowsPerImage);
      for (int group = 0; group < groups; group++) {
        int before = (image * (groups - 1) + group) * rowsPerImage;
        dense.run(banks, before + from, before + to);
      }
      from = to;
    }
  }
}
