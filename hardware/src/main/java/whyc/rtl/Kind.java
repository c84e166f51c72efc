package whyc.rtl;

/** What an instruction does. */
enum Kind {
  /** Ends the program. */
  END(0),
  /** Sums of passes, then a drain. */
  COMPUTE(1),
  /** A drain of stored codes. */
  SWEEP(2),
  /** A drain of the class's row. */
  TABLE(3),
  /** The index of the largest result. */
  WINNER(4),
  /** A map among the results is scaled. */
  SCALE(5);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  /** The lowest three bits of an instruction. */
  int code() {
    return code;
  }
}
