package whyc.rtl;

/**
 * When lines of weights come from a memory outside: the cycles of {@code weights_ahead.sv} and
 * {@code weight_stream.sv}, step by step beside those of the core's own walker.
 */
final class StreamCount {
  private final int pieces;
  private final int latency;
  private final int waiting;

  /** Of the latest lines, by their number: when the last piece came, and when they were taken. */
  private final long[] came;

  private final long[] taken;
  private long asked;
  private long given;

  /** When the memory's port brought something for the last time. */
  private long lastPiece;

  /** When the walker that is ahead is where it is, and when its last step was taken. */
  private long walker;

  private long accepted;

  StreamCount(CoreShape core, Weights.Streamed memory) {
    this.pieces = core.lineBits() / core.portBits();
    this.latency = memory.latencyCycles();
    this.waiting = core.waitingLines();
    this.came = new long[waiting];
    this.taken = new long[waiting];
  }

  /** Lines that were asked for. */
  long asked() {
    return asked;
  }

  void begins(long start) {
    walker = start + 1;
  }

  void tap(int cycles) {
    walker += cycles;
  }

  /** A step that wants no lines, or some that the core has written itself. */
  void passes() {
    long handed = Math.max(walker, accepted);
    walker = handed + 1;
    accepted = handed + 1;
  }

  /** A step that wants lines: they are asked for once there is room. */
  void asks(int lines) {
    passes();
    long mustBeTaken = asked + lines - waiting;
    if (mustBeTaken > 0) {
      accepted = Math.max(accepted, taken[slot(mustBeTaken - 1)] + 1);
    }
    long first = Math.max(accepted + latency, lastPiece + 1);
    for (int k = 1; k <= lines; k++) {
      came[slot(asked)] = first + (long) k * pieces - 1;
      asked++;
    }
    lastPiece = first + (long) lines * pieces - 1;
  }

  /**
   * Lines are wanted, those that were asked for first.
   *
   * @param wanted the cycle of the request
   * @return the first cycle in which all of them have come
   */
  long there(long wanted, int lines) {
    long at = wanted - 1;
    for (int k = 0; k < lines; k++) {
      at = Math.max(at + 1, came[slot(given)] + 1);
      taken[slot(given)] = at;
      given++;
    }
    return at + 2;
  }

  private int slot(long line) {
    return (int) (line % waiting);
  }
}
