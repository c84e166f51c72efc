package whyc.op;

import java.util.Arrays;
import whyc.tensor.Shape;

/**
 * Walks over the elements of a shape in row-major order and keeps, for each of several tensors that
 * broadcast to it, the position of the element that is read.
 */
final class Walk {
  private final int[] dims;
  private final int[] index;
  private final int[][] strides;
  private final int[] at;

  Walk(Shape over, Shape... tensors) {
    this(over, Arrays.stream(tensors).map(t -> t.stridesWithin(over)).toArray(int[][]::new));
  }

  /** Reads one tensor with strides of its own, from a start of its own. */
  Walk(Shape over, int start, int[] strides) {
    this(over, new int[][] {strides});
    at[0] = start;
  }

  /** Reads several tensors with strides of their own. */
  Walk(Shape over, int[][] strides) {
    this.dims = over.dims().stream().mapToInt(Integer::intValue).toArray();
    this.index = new int[dims.length];
    this.strides = strides;
    this.at = new int[strides.length];
  }

  int at(int tensor) {
    return at[tensor];
  }

  /** The index along one axis. */
  int index(int axis) {
    return index[axis];
  }

  void next() {
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]++;
      for (int t = 0; t < at.length; t++) {
        at[t] += strides[t][axis];
      }
      if (index[axis] < dims[axis]) {
        return;
      }
      for (int t = 0; t < at.length; t++) {
        at[t] -= strides[t][axis] * dims[axis];
      }
      index[axis] = 0;
    }
  }
}
