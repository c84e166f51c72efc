package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Nested loops over several arrays at once: extents, outermost first, and for each array the
 * elements from one turn to the next; 0 along an axis that repeats it. Axes that all arrays run
 * through as one are one, and axes of a single turn are none, so that the innermost loop is long.
 */
final class Axes {
  private final List<Integer> extents = new ArrayList<>();

  /** For each axis the strides of all arrays. */
  private final List<int[]> strides = new ArrayList<>();

  /**
   * The loops over some extents.
   *
   * @param arrays for each array its strides along the extents
   */
  Axes(int[] extents, List<int[]> arrays) {
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] > 1) {
        int at = axis;
        append(extents[axis], arrays.stream().mapToInt(s -> s[at]).toArray());
      }
    }
  }

  private void append(int extent, int[] own) {
    int last = extents.size() - 1;
    if (last >= 0 && continues(strides.get(last), own, extent)) {
      extents.set(last, extents.get(last) * extent);
      strides.set(last, own);
    } else {
      extents.add(extent);
      strides.add(own);
    }
  }

  private static boolean continues(int[] outer, int[] inner, int extent) {
    for (int i = 0; i < outer.length; i++) {
      if (outer[i] != inner[i] * extent) {
        return false;
      }
    }
    return true;
  }

  int rank() {
    return extents.size();
  }

  /** The extents behind as many ones as make them a number of axes. */
  int[] extents(int axes) {
    int[] padded = new int[axes];
    Arrays.fill(padded, 1);
    for (int i = 0; i < rank(); i++) {
      padded[axes - rank() + i] = extents.get(i);
    }
    return padded;
  }

  /** The strides of one array behind as many zeros as make them a number of axes. */
  int[] strides(int array, int axes) {
    int[] padded = new int[axes];
    for (int i = 0; i < rank(); i++) {
      padded[axes - rank() + i] = strides.get(i)[array];
    }
    return padded;
  }

  @Override
  public String toString() {
    return extents + " by " + strides.stream().map(Arrays::toString).toList();
  }
}
