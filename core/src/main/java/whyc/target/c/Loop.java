package whyc.target.c;

import java.util.List;

/**
 * A loop of C.
 *
 * @param end an expression; the first turn past which there is none
 * @param opening statements that each turn begins with
 */
record Loop(String variable, String end, int step, List<String> opening) {
  Loop(String variable, String end, int step) {
    this(variable, end, step, List.of());
  }

  static Loop to(String variable, int end) {
    return new Loop(variable, String.valueOf(end), 1);
  }

  String head() {
    String next = step == 1 ? variable + "++" : variable + " += " + step;
    return "for (int %1$s = 0; %1$s < %2$s; %3$s)".formatted(variable, end, next);
  }
}
