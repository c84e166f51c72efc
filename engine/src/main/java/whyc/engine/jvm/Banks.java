package whyc.engine.jvm;

/**
 * The memories of one plan, which its kernels read and write.
 *
 * @param values numbers, on a heap array: vectors reach it without the checks that memory segments
 *     cost (277 against 198 GFLOP/s for a product of depth 64, JDK 25, Zen 5)
 * @param bits truth values of images, one short for each vector
 * @param integers whole numbers of any width, and doubles by their bits
 * @param weights what is known before the run, in the order of the kernels; shared between plans
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Banks(float[] values, short[] bits, long[] integers, float[] weights) {
  /** An arena of the same size, with nothing in it, for the same weights. */
  Banks blank() {
    return new Banks(
        new float[values.length], new short[bits.length], new long[integers.length], weights);
  }

  /** Of the arena, without weights. */
  long bytes() {
    return (long) values.length * Float.BYTES
        + (long) bits.length * Short.BYTES
        + (long) integers.length * Long.BYTES;
  }
}
