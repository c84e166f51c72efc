package whyc.target.c;

import java.util.List;
import java.util.Optional;

/**
 * A part of what a step computes: loops, and what stands in them before the lines that follow the
 * heart element by element.
 *
 * @param outer loops around a kernel's call
 * @param calls what fills the row buffer; none where the heart is an expression
 * @param inner loops over what was filled; the last one runs along the result
 * @param at the index along each axis of the step, in terms of the loops' variables
 * @param start the same where the last loop begins
 * @param prelude statements before the heart's expression
 * @param heart the heart's element; absent where the heart is a line like those that follow it
 */
record Part(
    List<Loop> outer,
    List<String> calls,
    List<Loop> inner,
    List<String> at,
    List<String> start,
    List<String> prelude,
    Optional<String> heart) {

  /** The same with another element. */
  Part with(String element) {
    return new Part(outer, calls, inner, at, start, prelude, Optional.of(element));
  }

  /** Elements of the last loop, at most. */
  int longestRow() {
    String end = inner.getLast().end();
    return end.matches("[0-9]+") ? Integer.parseInt(end) : Nest.ROW;
  }
}
