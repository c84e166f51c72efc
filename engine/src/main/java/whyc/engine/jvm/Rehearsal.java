package whyc.engine.jvm;

import java.util.HashSet;
import java.util.Set;
import whyc.engine.jvm.code.Routine;

/**
 * Runs each routine many times on a little of its work, so that it is compiled when it is wanted:
 * compilers count calls, and calls are soon made when each does little.
 */
final class Rehearsal {
  /** Calls of each routine. */
  private static final int CALLS = 1000;

  /** Rounds of each loop in a call: enough for the compiler to see that it is a loop. */
  private static final int ROUNDS = 16;

  private final Set<Routine> rehearsed = new HashSet<>();

  /** A routine with arguments that it has in some kernel. */
  record Part(Routine routine, int[] arguments) {

    /** The same with less work, all of it on a part of the same places. */
    private int[] few() {
      int[] few = arguments.clone();
      for (int i = 0; i < few.length && i < Long.SIZE; i++) {
        if ((routine.counts() >> i & 1) != 0) {
          few[i] = Math.min(few[i], ROUNDS);
        }
      }
      return few;
    }
  }

  /** Rehearses what is new in some kernels, in an arena whose contents do not matter. */
  void of(Kernel[] kernels, Banks banks) {
    for (Kernel k : kernels) {
      for (Part part : k.routines()) {
        if (rehearsed.add(part.routine)) {
          int[] few = part.few();
          for (int i = 0; i < CALLS; i++) {
            part.routine.run(banks.values(), banks.bits(), banks.weights(), few, 0, 1);
          }
        }
      }
    }
  }
}
