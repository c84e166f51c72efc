package whyc.simulate.systolic;

/**
 * The buffers beside an array and the memory behind them.
 *
 * <p>Each buffer is double: one half serves the array while the other is filled or emptied, so half
 * of its bytes hold what is used again.
 *
 * @param partialBufferBytes for results that later folds add to
 * @param bytesPerCycle of the memory behind the buffers, both directions together
 */
public record Memory(
    long inputBufferBytes,
    long weightBufferBytes,
    long partialBufferBytes,
    double bytesPerCycle,
    Widths widths) {

  public Memory {
    if (Math.min(inputBufferBytes, Math.min(weightBufferBytes, partialBufferBytes)) < 0
        || !(bytesPerCycle > 0)) {
      throw new IllegalArgumentException(
          "a memory wants buffers of 0 bytes or more and above 0 bytes per cycle, got %d, %d, %d and %s"
              .formatted(inputBufferBytes, weightBufferBytes, partialBufferBytes, bytesPerCycle));
    }
  }

  /** Everything fits and arrives in time: every value passes once. */
  public static Memory unlimited(Widths widths) {
    return new Memory(
        Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Double.POSITIVE_INFINITY, widths);
  }

  boolean holdsInputs(long values) {
    return values * widths.inputBytes() <= inputBufferBytes / 2;
  }

  boolean holdsWeights(long values) {
    return values * widths.weightBytes() <= weightBufferBytes / 2;
  }

  boolean holdsPartials(long values) {
    return values * widths.partialBytes() <= partialBufferBytes / 2;
  }
}
