package whyc.engine.jvm;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the calling thread and those of engines allocate. */
final class Allocations {
  /** Asking for a counter may itself allocate a little. */
  static final long ASKING = 512;

  private static final ThreadMXBean BEANS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The calling thread comes last, whose count then starts when all has been asked. */
  private final long[] threads;

  private long before;

  Allocations() {
    this.threads =
        java.util.stream.LongStream.concat(
                Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().startsWith("whyc-"))
                    .mapToLong(Thread::threadId),
                java.util.stream.LongStream.of(Thread.currentThread().threadId()))
            .toArray();
    // Once for nothing, so that all of this is there.
    start();
  }

  /**
   * Runs until runs allocate nothing: while the JVM has not compiled all of their code, it puts
   * vectors on the heap.
   *
   * @param runs that must allocate nothing, three times in a row
   * @param seconds of this process's processor time, which other processes do not spend
   * @return what the last runs allocated, after which time was up
   */
  static long settled(Runnable run, int runs, double seconds) {
    Allocations a = new Allocations();
    double end = spent() + seconds;
    long bytes;
    int quiet = 0;
    do {
      a.start();
      for (int i = 0; i < runs; i++) {
        run.run();
      }
      bytes = a.sinceThen();
      quiet = bytes <= ASKING ? quiet + 1 : 0;
    } while (quiet < 3 && spent() < end);
    return bytes;
  }

  /** Processor time of this process, in seconds. */
  static double spent() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  void start() {
    before = sum();
  }

  long sinceThen() {
    return sum() - before;
  }

  private long sum() {
    long sum = 0;
    for (long t : threads) {
      sum += Math.max(0, BEANS.getThreadAllocatedBytes(t));
    }
    return sum;
  }
}
