package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import whyc.tensor.Shape;

/**
 * The axes that the loops of a step run along: those of a shape, neighbours joined where everything
 * is read as if they were one.
 *
 * @param groups for each axis the axes of the shape that it is made of
 */
record Axes(Shape shape, List<List<Integer>> groups) {
  /** Every axis by itself; a single element has one axis of extent 1. */
  static Axes each(Shape shape) {
    return new Axes(shape, IntStream.range(0, shape.rank()).mapToObj(List::of).toList()).orOne();
  }

  /**
   * As few axes as can be.
   *
   * @param strides for each array that is read or written, along the axes of the shape
   */
  static Axes joined(Shape shape, List<int[]> strides) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) > 1) {
        boolean continues =
            !groups.isEmpty() && isOne(shape, groups.getLast().getLast(), axis, strides);
        List<Integer> group = continues ? new ArrayList<>(groups.removeLast()) : new ArrayList<>();
        group.add(axis);
        groups.add(List.copyOf(group));
      }
    }
    return new Axes(shape, List.copyOf(groups)).orOne();
  }

  private Axes orOne() {
    return groups.isEmpty() ? new Axes(shape, List.of(List.of())) : this;
  }

  /** Whether all arrays run through two axes as through one. */
  static boolean isOne(Shape shape, int outer, int inner, List<int[]> strides) {
    return strides.stream().allMatch(s -> s[outer] == s[inner] * shape.dim(inner));
  }

  /** These axes with the last two as one. */
  Axes withLastTwoJoined() {
    List<List<Integer>> fewer = new ArrayList<>(groups.subList(0, groups.size() - 2));
    List<Integer> both = new ArrayList<>(groups.get(groups.size() - 2));
    both.addAll(groups.getLast());
    fewer.add(List.copyOf(both));
    return new Axes(shape, List.copyOf(fewer));
  }

  int count() {
    return groups.size();
  }

  int extent(int axis) {
    return groups.get(axis).stream().mapToInt(shape::dim).reduce(1, (a, b) -> a * b);
  }

  /** The axis whose elements lie side by side in the result. */
  int innermost() {
    return IntStream.iterate(count() - 1, i -> i >= 0, i -> i - 1)
        .filter(i -> extent(i) > 1)
        .findFirst()
        .orElse(count() - 1);
  }

  /** The strides of an array along these axes, given those along the axes of the shape. */
  int[] along(int[] strides) {
    return groups.stream().mapToInt(g -> g.isEmpty() ? 0 : strides[g.getLast()]).toArray();
  }

  /**
   * Where an element lies, as an expression.
   *
   * @param strides along these axes
   * @param at the index along each of them
   */
  static String position(int[] strides, List<String> at, long offset) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < strides.length; i++) {
      if (strides[i] != 0 && !at.get(i).equals("0")) {
        s.append(s.isEmpty() ? "" : " + ").append(times(at.get(i), strides[i]));
      }
    }
    if (offset != 0) {
      s.append(s.isEmpty() ? "" : offset < 0 ? " - " : " + ")
          .append(s.isEmpty() ? offset : Math.abs(offset));
    }
    return s.isEmpty() ? "0" : s.toString();
  }

  private static String times(String index, int stride) {
    String factor = index.contains(" ") ? "(" + index + ")" : index;
    return stride == 1 ? index : factor + " * " + stride;
  }
}
