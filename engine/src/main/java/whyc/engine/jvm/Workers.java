package whyc.engine.jvm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the units of a kernel by fork and join, without allocation. While a program
 * runs they wait for the next kernel by spinning, since kernels follow each other within
 * microseconds; between runs they sleep.
 *
 * <p>One counter holds the number of the fork and the next unit, so that a thread which comes late
 * can never take a unit of another fork: before anything of a fork changes, the counter does.
 */
final class Workers implements AutoCloseable {
  /** Units taken at once, of all units: some for balance, not too many for the counter. */
  private static final int CHUNKS_PER_THREAD = 8;

  /** Spins before a worker sleeps: about 50 microseconds. */
  private static final int SPINS = 2_000;

  private final Thread[] threads;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicInteger sleeping = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  // Written before the counter, read after it.
  private Kernel kernel = NOTHING;
  private Banks banks = EMPTY;
  private int units;
  private int chunk;

  private static final Kernel NOTHING =
      new Kernel() {
        @Override
        public int units() {
          return 0;
        }

        @Override
        public void run(Banks banks, int from, int to) {}
      };

  private static final Banks EMPTY =
      new Banks(new float[0], new short[0], new long[0], new float[0]);

  /**
   * Starts threads, the caller's being one of them. More than the machine has processors would only
   * wait for each other; results do not depend on their number.
   */
  Workers(int threads) {
    this.threads = new Thread[Math.min(threads, Runtime.getRuntime().availableProcessors()) - 1];
    for (int i = 0; i < this.threads.length; i++) {
      Thread t = new Thread(this::work, "whyc-" + (i + 1));
      t.setDaemon(true);
      this.threads[i] = t;
      t.start();
    }
  }

  /** Number of threads, the caller's included. */
  int count() {
    return threads.length + 1;
  }

  /** Runs all units of a kernel; returns when they are done. One caller at a time. */
  void run(Kernel k, Banks b) {
    k.begin(b);
    int count = k.units();
    if (threads.length == 0 || count == 1) {
      k.run(b, 0, count);
      return;
    }
    long last = next.get() >>> 32;
    // A worker that still looks at the last fork must not take its end for a unit of this one.
    next.set(last << 32 | Integer.MAX_VALUE);
    kernel = k;
    banks = b;
    units = count;
    chunk = Math.max(1, count / ((threads.length + 1) * CHUNKS_PER_THREAD));
    long fork = last + 1;
    done.set(0);
    next.set(fork << 32);
    wake();
    take(fork);
    while (done.get() < count) {
      Thread.onSpinWait();
    }
    Throwable failed = failure;
    if (failed != null) {
      failure = null;
      throw new IllegalStateException("a kernel failed: " + failed, failed);
    }
  }

  private void take(long fork) {
    while (true) {
      long v = next.get();
      int from = (int) v;
      if (v >>> 32 != fork) {
        return;
      }
      // A later fork changes the counter before it changes these, and then nothing is taken.
      Kernel k = kernel;
      Banks b = banks;
      int count = units;
      int to = Math.min(count, from + chunk);
      if (from >= count) {
        return;
      }
      if (next.compareAndSet(v, fork << 32 | to)) {
        try {
          k.run(b, from, to);
        } catch (Throwable t) {
          failure = t;
        }
        done.addAndGet(to - from);
      }
    }
  }

  private void work() {
    long seen = 0;
    while (!closed) {
      long fork = awaitFork(seen);
      take(fork);
      seen = fork;
    }
  }

  private long awaitFork(long seen) {
    int spins = 0;
    while (true) {
      long fork = next.get() >>> 32;
      if (fork != seen || closed) {
        return fork;
      }
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        sleep(seen);
        spins = 0;
      }
    }
  }

  /**
   * A worker says that it sleeps before it looks a last time; the caller forks before it looks who
   * sleeps. So one of them sees the other.
   */
  private void sleep(long seen) {
    sleeping.incrementAndGet();
    if (next.get() >>> 32 == seen && !closed) {
      LockSupport.park(this);
    }
    sleeping.decrementAndGet();
  }

  private void wake() {
    if (sleeping.get() > 0) {
      for (Thread t : threads) {
        LockSupport.unpark(t);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread t : threads) {
      LockSupport.unpark(t);
    }
  }
}
