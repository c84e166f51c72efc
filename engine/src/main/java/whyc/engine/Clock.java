package whyc.engine;

import java.time.Duration;

/** What time it is, and how to let some pass: {@link #SYSTEM}, or one that a test turns. */
interface Clock {
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void rest(long nanos) throws InterruptedException {
          Thread.sleep(Duration.ofNanos(nanos));
        }
      };

  /** Nanoseconds since some moment. */
  long nanos();

  /** Returns when so many nanoseconds have passed. */
  void rest(long nanos) throws InterruptedException;
}
