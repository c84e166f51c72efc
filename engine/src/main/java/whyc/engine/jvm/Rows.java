package whyc.engine.jvm;

import java.util.List;
import whyc.tensor.Shape;

/** The loops of {@link Axes} as rows: all but the innermost axis counted through as one number. */
final class Rows {
  private final int[] extents;

  /** For each axis the strides of all arrays. */
  private final int[][] strides;

  private final int count;

  Rows(int[] extents, List<int[]> arrays) {
    Axes axes = new Axes(extents, arrays);
    int rank = Math.max(1, axes.rank());
    this.extents = axes.extents(rank);
    this.strides = new int[arrays.size()][];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = axes.strides(i, rank);
    }
    int n = 1;
    for (int i = 0; i < rank - 1; i++) {
      n *= this.extents[i];
    }
    this.count = n;
  }

  /** All elements of a shape, and of what broadcasts to it. */
  static Rows over(Shape shape, List<Shape> broadcast) {
    return new Rows(
        shape.dims().stream().mapToInt(i -> i).toArray(),
        broadcast.stream().map(s -> s.stridesWithin(shape)).toList());
  }

  int count() {
    return count;
  }

  /** Elements of a row. */
  int length() {
    return extents[extents.length - 1];
  }

  /** From one element of a row to the next. */
  int step(int array) {
    return strides[array][extents.length - 1];
  }

  /** Where a row begins. */
  int start(int array, int row) {
    int at = 0;
    int left = row;
    for (int axis = extents.length - 2; axis >= 0; axis--) {
      at += left % extents[axis] * strides[array][axis];
      left /= extents[axis];
    }
    return at;
  }

  /** Elements of all rows. */
  int size() {
    return count * length();
  }

  /** Where an element lies. */
  int at(int array, int element) {
    return start(array, element / length()) + element % length() * step(array);
  }
}
