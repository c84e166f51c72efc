package whyc.engine.jvm;

import java.util.List;

/** A step of the schedule, bound to its places. */
interface Kernel {

  /** Pieces of work that may run in any order and at the same time. */
  int units();

  /** Does the units from {@code from} to {@code to}, the latter not included. Allocates nothing. */
  void run(Banks banks, int from, int to);

  /** What must be done before the units, by one thread. */
  default void begin(Banks banks) {}

  /** What compilers should have met before the kernel is wanted; nothing where it is small. */
  default List<Rehearsal.Part> routines() {
    return List.of();
  }

  /** Kernels that complete the step, one after the other, once all units of this one are done. */
  default List<Kernel> followers() {
    return List.of();
  }
}
