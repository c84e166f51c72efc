package whyc.rtl;

/** Bits of an instruction's first word, from bit 3 on, in this order. */
enum Flag {
  RESIDUAL,
  RELU,
  GATE,
  MASK,
  RESULT,
  MAX,
  TRANSPOSED,
  BY_CLASS,
  REDUCES,
  GATES_BY_SWITCH,
  WRITES_SWITCH,
  CLIPS,
  DIRECT
}
