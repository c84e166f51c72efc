package whyc.rtl;

/** Bits of an instruction's first word, above those of its {@link Kind}. */
enum Flag {
  /** A stored value is added. */
  RESIDUAL(3),
  /** Negative codes become 0. */
  RELU(4),
  /** Codes become 0 where a mask's bit is. */
  GATE(5),
  /** Which codes are above 0 is stored. */
  MASK(6),
  /** Codes go to the results, with 16 bits. */
  RESULT(7),
  /** The largest is kept instead of the sum. */
  MAX(8),
  /** Lines of weights are columns. */
  TRANSPOSED(9),
  /** Weights are a table's row of the class. */
  BY_CLASS(10),
  /** All positions share a place. */
  REDUCES(11),
  /** What a switch does not point to is 0. */
  GATES_BY_SWITCH(12),
  /** Which tap won is stored. */
  WRITES_SWITCH(13),
  /** Codes have a ceiling. */
  CLIPS(14),
  /** Words go past the array. */
  DIRECT(15);

  private final int place;

  Flag(int place) {
    this.place = place;
  }

  int bit() {
    return 1 << place;
  }
}
