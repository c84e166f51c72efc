package whyc.engine;

/**
 * What the whole process is expected to hold, in bytes.
 *
 * @param compiling the most while a program is prepared
 * @param running the most while it runs
 */
public record Memory(long compiling, long running) {
  public long peak() {
    return Math.max(compiling, running);
  }
}
