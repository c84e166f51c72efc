package whyc.rtl;

/** Where weights are when a core starts. */
public sealed interface Weights {
  /** In a memory on the chip that begins with them. */
  record Held() implements Weights {}

  /** In a memory on the chip that has one port and is filled before the first run. */
  record Loaded() implements Weights {}

  /**
   * In a memory outside, from which lines are read while the core works, ahead of their use.
   *
   * @param portBits that come in a cycle, a power of two; lines are whole numbers of them
   * @param latencyCycles from a read to its first bits; cycles are counted for a memory that always
   *     takes a read, answers in order, and pauses for nothing else
   */
  record Streamed(int portBits, int latencyCycles) implements Weights {
    public static final int MOST_BITS = 512;
    public static final int MOST_CYCLES = 200;

    public Streamed {
      check(
          portBits >= Byte.SIZE && portBits <= MOST_BITS && Integer.bitCount(portBits) == 1,
          "a port of 8 to 512 bits, a power of two",
          portBits);
      check(
          latencyCycles >= 1 && latencyCycles <= MOST_CYCLES,
          "a latency of 1 to 200 cycles",
          latencyCycles);
    }

    private static void check(boolean is, String rule, int got) {
      if (!is) {
        throw new RtlException("RTL: the memory of weights wants %s, got %d".formatted(rule, got));
      }
    }
  }
}
