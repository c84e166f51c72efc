package whyc.engine.jvm;

import whyc.engine.jvm.code.Routine;

/**
 * A convolution of the numbers that are listed, or of all where few are zero. Both give the same
 * bits.
 *
 * @param listed a unit is a row for some vectors of one image
 * @param dense the same convolution without lists, with more units
 * @param totals where the number of listed numbers stands for each row
 * @param rows of all images
 * @param most listed numbers for which lists are used
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record ListedKernel(
    Routine listed,
    int[] arguments,
    int units,
    RoutineKernel dense,
    int totals,
    int rows,
    long most)
    implements Kernel {

  @Override
  public void run(Banks banks, int from, int to) {
    if (listed(banks.values()) <= most) {
      listed.run(banks.values(), banks.bits(), banks.weights(), arguments, from, to);
    } else {
      int each = dense.units() / units;
      dense.run(banks, from * each, to * each);
    }
  }

  private long listed(float[] values) {
    long sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += Float.floatToRawIntBits(values[totals + i]);
    }
    return sum;
  }
}
