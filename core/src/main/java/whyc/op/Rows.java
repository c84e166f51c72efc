package whyc.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import whyc.tensor.Shape;

/**
 * Walks over the elements of a shape in row-major order, as {@link Walk} does, but row by row: a
 * row is the longest stretch in which each of several tensors that broadcast to the shape is read
 * with one step from element to element. A weight and its factors for each channel have rows as
 * long as all that belongs to a channel.
 */
final class Rows {
  private final int length;
  private final int[] steps;
  private final Walk walk;

  /** Axes that are walked as one, and the step of each tensor along them. */
  private record Joined(int extent, List<Integer> steps) {}

  Rows(Shape over, Shape... tensors) {
    this(over, Arrays.stream(tensors).map(t -> t.stridesWithin(over)).toArray(int[][]::new));
  }

  /** Reads tensors with strides of their own. */
  Rows(Shape over, int[]... strides) {
    List<Joined> axes = joined(over, strides);
    Joined row = axes.removeLast();
    this.length = row.extent;
    this.steps = row.steps.stream().mapToInt(Integer::intValue).toArray();
    int[][] outer = new int[strides.length][];
    for (int t = 0; t < outer.length; t++) {
      int tensor = t;
      outer[t] = axes.stream().mapToInt(a -> a.steps.get(tensor)).toArray();
    }
    this.walk = new Walk(new Shape(axes.stream().map(Joined::extent).toList()), outer);
  }

  /**
   * The axes of a shape, outermost first, joined where every tensor is read as if they were one.
   */
  private static List<Joined> joined(Shape over, int[][] strides) {
    List<Joined> axes = new ArrayList<>();
    for (int axis = 0; axis < over.rank(); axis++) {
      if (over.dim(axis) > 1) {
        List<Integer> steps = new ArrayList<>();
        boolean joins = !axes.isEmpty();
        for (int t = 0; t < strides.length; t++) {
          steps.add(strides[t][axis]);
          joins = joins && axes.getLast().steps.get(t) == strides[t][axis] * over.dim(axis);
        }
        int outer = joins ? axes.removeLast().extent : 1;
        axes.add(new Joined(outer * over.dim(axis), steps));
      }
    }
    if (axes.isEmpty()) {
      axes.add(new Joined(1, Collections.nCopies(strides.length, 0)));
    }
    return axes;
  }

  /** Elements of a row. */
  int length() {
    return length;
  }

  /** Positions from one element of a row to the next. */
  int step(int tensor) {
    return steps[tensor];
  }

  /** The position of the first element of the row. */
  int at(int tensor) {
    return walk.at(tensor);
  }

  void next() {
    walk.next();
  }
}
