package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
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

  /**
   * Elements behind the last one. Vectors may reach over the end of a value, into whatever lies
   * there, as long as the lanes beyond are not stored: eight vectors of sixteen at most.
   */
  static final int SLACK = 128;

  private float[] data = new float[LEAD];
  private int size = LEAD;
  private final Map<Object, Integer> packed = new HashMap<>();
  private final List<Pending> pending = new ArrayList<>();

  private record Pending(int offset, Packing packing) {}

  /** Writes numbers from a place on. */
  interface Packing {
    void into(float[] data, int offset);
  }

  /**
   * The place of a constant in some order. It is written when the array is asked for: by then its
   * size is known, and nothing is copied.
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
    if (end > Integer.MAX_VALUE - 2 * SLACK) {
      throw new IllegalArgumentException(
          "the jvm engine wants weights of less than 8 GiB, got a model with more");
    }
    pending.add(new Pending(offset, packing));
    size = (int) end;
    packed.put(key, offset);
    return offset;
  }

  /** The array with all that has a place by now. */
  float[] data() {
    if (!pending.isEmpty()) {
      data = Arrays.copyOf(data, size + SLACK);
      pending.forEach(p -> p.packing.into(data, p.offset));
      pending.clear();
    }
    return data;
  }

  /** An array of the same size with nothing in it, for who wants to know how long work takes. */
  float[] blank() {
    return new float[size + SLACK];
  }

  long bytes() {
    return (long) Float.BYTES * size;
  }
}
