package whyc.simulate.systolic;

/** Bytes of one value. */
public record Widths(int inputBytes, int weightBytes, int partialBytes, int outputBytes) {
  /** Values of 8 bits, summed in 32. */
  public static final Widths INT8 = new Widths(1, 1, 4, 1);
}
