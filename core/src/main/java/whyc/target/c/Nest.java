package whyc.target.c;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Loops over all axes, and the place that they are at.
 *
 * @param at the index along each axis
 * @param start the same where the last loop begins
 */
record Nest(List<Loop> loops, List<String> at, List<String> start) {
  /** Elements of a row of truth values, at most, where no kernel says how long rows are. */
  static final int ROW = 512;

  private static final List<String> VARIABLES = List.of("n", "c", "y", "x", "i", "j", "k", "l");

  /**
   * Loops over so many elements of each axis.
   *
   * @param inRows whether the last axis is cut into rows of at most {@link #ROW}
   */
  static Nest of(Axes axes, int[] extents, boolean inRows) {
    List<Loop> loops = new ArrayList<>();
    List<String> at = new ArrayList<>(Collections.nCopies(extents.length, "0"));
    int last = axes.innermost();
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] > 1 && i != last) {
        at.set(i, variable(i));
        loops.add(Loop.to(variable(i), extents[i]));
      }
    }
    List<String> start = new ArrayList<>(at);
    String v = variable(last);
    if (inRows && extents[last] > ROW) {
      loops.add(new Loop("row", String.valueOf(extents[last]), ROW));
      String rest = "%d - row".formatted(extents[last]);
      loops.add(new Loop(v, "(%1$s < %2$d ? %1$s : %2$d)".formatted(rest, ROW), 1));
      at.set(last, "row + " + v);
      start.set(last, "row");
    } else {
      loops.add(Loop.to(v, extents[last]));
      at.set(last, v);
    }
    return new Nest(loops, at, start);
  }

  static String variable(int axis) {
    return axis < VARIABLES.size() ? VARIABLES.get(axis) : "i" + axis;
  }

  /** The index along each axis where all but single ones have loops. */
  static List<String> names(Axes axes) {
    return IntStream.range(0, axes.count())
        .mapToObj(i -> axes.extent(i) > 1 ? variable(i) : "0")
        .toList();
  }
}
