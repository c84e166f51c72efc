package whyc.rtl;

/** The words of an instruction, in the order in which {@code sequencer.sv} fetches them. */
enum Field {
  /** {@link Kind} in the lowest three bits, {@link Flag}s above. */
  FLAGS,
  /** A bit for each method that the instruction is needed for. */
  METHODS,
  SHIFTS,
  MORE_SHIFTS,
  TILE_ROWS,
  PLANE_ROWS,
  PLANE_COLUMNS,
  GROUPS_IN,
  GROUPS_OUT,
  SOURCE,
  SOURCE_TILE,
  SOURCE_GROUP,
  SOURCE_ROW,
  SOURCE_COLUMN,
  TARGET,
  TARGET_TILE,
  TARGET_ROW,
  TARGET_COLUMN,
  RESIDUAL,
  RESIDUAL_TILE,
  RESIDUAL_ROW,
  RESIDUAL_COLUMN,
  RESIDUAL_FIRST,
  RESIDUAL_GROUPS,
  /** From a target's address to that of its mask. */
  MASK,
  /** From a target's or a source's address to that of its switches. */
  SWITCH,
  WEIGHT,
  WEIGHT_OUT,
  WEIGHT_IN,
  WEIGHT_CLASS,
  WEIGHT_LINES,
  PARAMETER,
  PARAMETER_GROUP,
  FIRST_TAP,
  TAPS,
  CEILING;

  static final int COUNT = values().length;
}
