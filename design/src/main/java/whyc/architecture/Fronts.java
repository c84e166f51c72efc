package whyc.architecture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Points of which less is better in each direction. */
public final class Fronts {
  private Fronts() {}

  /** Whether the first is nowhere worse and somewhere better. */
  static boolean dominates(double[] a, double[] b) {
    boolean better = false;
    for (int i = 0; i < a.length; i++) {
      if (a[i] > b[i]) {
        return false;
      }
      better |= a[i] < b[i];
    }
    return better;
  }

  /** Those that no other dominates, in their order; of equal ones the first. */
  static <T> List<T> front(List<T> all, Function<T, double[]> losses) {
    List<double[]> points = all.stream().map(losses).toList();
    List<T> front = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (stands(points, i)) {
        front.add(all.get(i));
      }
    }
    return List.copyOf(front);
  }

  private static boolean stands(List<double[]> points, int i) {
    for (int k = 0; k < points.size(); k++) {
      boolean same = java.util.Arrays.equals(points.get(k), points.get(i));
      if (dominates(points.get(k), points.get(i)) || (same && k < i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The volume of the unit cube that points dominate (Zitzler and Thiele 1999): slices along the
   * last direction, each the volume of what reaches it in one direction less. Points beyond the
   * cube count as far as they lie within.
   */
  public static double hypervolume(List<double[]> points) {
    if (points.isEmpty()) {
      return 0;
    }
    return volume(
        points.stream().filter(p -> java.util.Arrays.stream(p).allMatch(x -> x < 1)).toList(),
        points.getFirst().length);
  }

  private static double volume(List<double[]> points, int directions) {
    if (directions == 1) {
      return 1 - points.stream().mapToDouble(p -> Math.max(0, p[0])).min().orElse(1);
    }
    int last = directions - 1;
    List<double[]> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(p -> p[last]));
    double sum = 0;
    for (int i = 0; i < sorted.size(); i++) {
      double from = Math.max(0, sorted.get(i)[last]);
      double to = i + 1 < sorted.size() ? Math.max(0, sorted.get(i + 1)[last]) : 1;
      if (to > from) {
        sum += (to - from) * volume(sorted.subList(0, i + 1), last);
      }
    }
    return sum;
  }
}
