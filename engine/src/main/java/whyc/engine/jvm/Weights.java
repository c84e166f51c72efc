package whyc.engine.jvm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Constants in the order in which kernels read them, in one array. What is packed twice in one way
 * is there once: programs for several batches share it.
 */
final class Weights {
  /** Starts that are aligned to cache lines, given where the JVM puts the first element. */
  static final int ALIGNMENT = 16;

  /** Elements before the first aligned one: an array's header takes 16 bytes. */
  static final int LEAD = 12;

  private float[] data = new float[1 << 12];
  private int size = LEAD;
  private final Map<Object, Integer> packed = new HashMap<>();

  /** Writes numbers from a place on. */
  interface Packing {
    void into(float[] data, int offset);
  }

  /**
   * The place of a constant in some order.
   *
   * @param key equal for equal contents
   */
  int place(Object key, int count, Packing packing) {
    Integer known = packed.get(key);
    if (known != null) {
      return known;
    }
    int offset = size;
    long end = offset + (long) Math.ceilDiv(count, ALIGNMENT) * ALIGNMENT;
    if (end > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the jvm engine wants weights of less than 8 GiB, got a model with more");
    }
    if (end > data.length) {
      data =
          Arrays.copyOf(data, (int) Math.max(end, Math.min(2L * data.length, end + (64L << 20))));
    }
    packing.into(data, offset);
    size = (int) end;
    packed.put(key, offset);
    return offset;
  }

  /** The array; a later packing may move it. */
  float[] data() {
    return data;
  }

  long bytes() {
    return 4L * size;
  }
}
