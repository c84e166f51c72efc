package whyc.architecture;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Seconds of work of the thread that started it. On a processor those in which the thread ran: what
 * else the machine has to do costs a search nothing, and methods compare on a busy one, too. While
 * a graphics processor trains, the thread waits for it, and the clock counts.
 */
record Stopwatch(long start) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean PROCESSOR_COUNTS =
      (Torch.obstacle().isPresent() || Torch.device().startsWith("cpu"))
          && THREADS.isCurrentThreadCpuTimeSupported();

  static Stopwatch started() {
    return new Stopwatch(now());
  }

  /** Since it was started, asked by the thread that started it. */
  double seconds() {
    return (now() - start) * 1e-9;
  }

  private static long now() {
    return PROCESSOR_COUNTS ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
