package whyc.simulate.systolic;

/**
 * Bytes that pass between an array and a memory, by what they are.
 *
 * <p>A partial sum is a result that a later fold adds to: it is written and read again.
 */
public record BytesMoved(
    long inputReads, long weightReads, long partialReads, long partialWrites, long outputWrites) {
  public static final BytesMoved NONE = new BytesMoved(0, 0, 0, 0, 0);

  public long reads() {
    return inputReads + weightReads + partialReads;
  }

  public long writes() {
    return partialWrites + outputWrites;
  }

  public long total() {
    return reads() + writes();
  }

  public BytesMoved plus(BytesMoved other) {
    return new BytesMoved(
        inputReads + other.inputReads,
        weightReads + other.weightReads,
        partialReads + other.partialReads,
        partialWrites + other.partialWrites,
        outputWrites + other.outputWrites);
  }

  /** Several parts of one job read the same inputs, which stay after the first. */
  BytesMoved withInputReadsAtMost(long bytes) {
    return new BytesMoved(
        Math.min(inputReads, bytes), weightReads, partialReads, partialWrites, outputWrites);
  }

  BytesMoved times(long count) {
    return new BytesMoved(
        inputReads * count,
        weightReads * count,
        partialReads * count,
        partialWrites * count,
        outputWrites * count);
  }
}
