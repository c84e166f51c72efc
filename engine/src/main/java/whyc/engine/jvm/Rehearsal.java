package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import whyc.engine.jvm.code.Routine;

/**
 * Runs each routine many times on a little of its work, so that it is compiled when it is wanted:
 * compilers count calls, and calls are soon made when each does little.
 */
final class Rehearsal {
  /** Calls of each routine. */
  private static final int CALLS = 1000;

  /**
   * Rounds of each loop in a call: enough for the compiler to see that it is a loop, and too few
   * for it to compile the loop before the method, which it would throw away.
   */
  private static final int ROUNDS = 4;

  /** Bytes of an arena of which each thread may have one. */
  private static final long SMALL = 64 << 20;

  private final Set<Routine> rehearsed = new HashSet<>();

  /** A routine with arguments that it has in some kernel. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Part(Routine routine, int[] arguments) {

    /** The same with less work, all of it on a part of the same places. */
    private int[] few() {
      return with(routine.counts(), ROUNDS);
    }

    /** The same, done by those loops that else do what is left over. */
    private int[] fewLeftOver() {
      return new Part(routine, few()).with(routine.starts(), 0);
    }

    private int[] with(long which, int most) {
      int[] changed = arguments.clone();
      for (int i = 0; i < changed.length && i < Long.SIZE; i++) {
        if ((which >> i & 1) != 0) {
          changed[i] = Math.min(changed[i], most);
        }
      }
      return changed;
    }
  }

  /**
   * Rehearses what is new in some kernels, in an arena whose contents do not matter.
   *
   * @param threads that each rehearse some of them while compilers work for the others, in an arena
   *     of their own; fewer where arenas are large
   */
  void of(Kernel[] kernels, Banks banks, int threads) {
    List<List<Part>> fresh = new ArrayList<>();
    for (Kernel k : kernels) {
      fresh.add(k.routines().stream().filter(p -> rehearsed.add(p.routine)).toList());
    }
    AtomicInteger next = new AtomicInteger();
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads && banks.bytes() <= SMALL; i++) {
      Banks own = banks.blank();
      others.add(Thread.ofPlatform().daemon().start(() -> take(fresh, next, own)));
    }
    take(fresh, next, banks);
    for (Thread t : others) {
      joined(t);
    }
  }

  private static void take(List<List<Part>> all, AtomicInteger next, Banks banks) {
    for (int i = next.getAndIncrement(); i < all.size(); i = next.getAndIncrement()) {
      for (Part part : all.get(i)) {
        rehearse(part.routine, part.few(), banks);
        if (part.routine.starts() != 0) {
          rehearse(part.routine, part.fewLeftOver(), banks);
        }
      }
    }
  }

  /** Waits for a thread, and keeps it in mind if the own one is interrupted meanwhile. */
  private static void joined(Thread t) {
    boolean interrupted = false;
    while (true) {
      try {
        t.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rehearse(Routine routine, int[] arguments, Banks banks) {
    for (int i = 0; i < CALLS; i++) {
      routine.run(banks.values(), banks.bits(), banks.weights(), arguments, 0, 1);
    }
  }
}
