package whyc.engine.jvm;

/**
 * Lists the numbers of all rows but those that a probe has listed; of none, if the probe found few
 * zeros. So an image without zeros costs a probe only.
 *
 * @param rows lists rows; a unit is a row
 * @param totals where the number of listed numbers stands for each row
 * @param most listed numbers of all rows for which lists are used
 */
record ListingKernel(RoutineKernel rows, int totals, long most) implements Kernel {
  /** Every so many rows one is probed. */
  private static final int DISTANCE = 8;

  /** What a probe may be above the rest. */
  private static final double MARGIN = 1.1;

  /** Stands for the numbers of a row that were not listed; more than any row has. */
  private static final int UNLISTED = 1 << 29;

  /** The kernel that goes before. */
  Kernel probe() {
    return new Probe(rows);
  }

  private record Probe(RoutineKernel rows) implements Kernel {
    @Override
    public int units() {
      return Math.ceilDiv(rows.units(), DISTANCE);
    }

    @Override
    public void begin(Banks banks) {
      rows.begin(banks);
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        rows.run(banks, i * DISTANCE, i * DISTANCE + 1);
      }
    }
  }

  @Override
  public int units() {
    return rows.units();
  }

  @Override
  public void begin(Banks banks) {
    long probed = 0;
    for (int row = 0; row < units(); row += DISTANCE) {
      probed += Float.floatToRawIntBits(banks.values()[totals + row]);
    }
    boolean few = probed * units() > MARGIN * most * Math.ceilDiv(units(), DISTANCE);
    for (int row = 1; row < units(); row++) {
      if (row % DISTANCE != 0) {
        banks.values()[totals + row] = Float.intBitsToFloat(few ? UNLISTED : 0);
      }
    }
  }

  @Override
  public void run(Banks banks, int from, int to) {
    for (int row = from; row < to; row++) {
      boolean unlisted = Float.floatToRawIntBits(banks.values()[totals + row]) == UNLISTED;
      if (row % DISTANCE != 0 && !unlisted) {
        rows.run(banks, row, row + 1);
      }
    }
  }
}
