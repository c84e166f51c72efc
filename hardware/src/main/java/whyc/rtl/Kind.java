package whyc.rtl;

/** What an instruction does; the ordinal is its code. */
enum Kind {
  /** Ends the program. */
  END,
  /** Sums of passes, then a drain. */
  COMPUTE,
  /** A drain of stored codes. */
  SWEEP,
  /** A drain of the class's row. */
  TABLE,
  /** The index of the largest result. */
  WINNER
}
