package whyc.rtl;

import java.util.ArrayList;
import java.util.List;

/**
 * The cycles that a program takes, from when each step begins and ends in {@code issuer.sv} and
 * {@code streamer.sv}: no cycle is simulated, and none is estimated.
 */
final class CycleCount {
  /** From the sequencer's first state to the start of an instruction: its words, one a cycle. */
  private static final int FETCH = Field.COUNT + 1;

  /** An instruction that is skipped, or the end: the first two words, and one cycle more. */
  private static final int SKIP = 4;

  private static final int END = 3;

  /** From the acceptance of a drain to its first position. */
  private static final int FLUSH = 5;

  /** From a drain's last position until the next step may be accepted. */
  private static final int SETTLE = 4;

  /** The same where the step's first word cannot be read while the drain's last is written. */
  private static final int SETTLE_ONE_PORT = 8;

  /** From a drain's last position until its last code is written. */
  private static final int WRITTEN = 9;

  private final int lanes;
  private final boolean onePort;

  private CycleCount(Program p) {
    this.lanes = p.core().lanes();
    this.onePort = p.core().onePort();
  }

  /**
   * What one instruction took.
   *
   * @param cycles fetch included
   */
  record Line(Instruction instruction, long cycles) {}

  /** A run: the cycles from the start to the end, and each instruction that was carried out. */
  record Account(long cycles, List<Line> lines) {
    Account {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Counts a run.
   *
   * @param methods a bit for each that is asked for
   */
  static Account of(Program p, int methods) {
    CycleCount count = new CycleCount(p);
    List<Line> lines = new ArrayList<>();
    long now = 1;
    for (Instruction i : p.instructions()) {
      if ((i.get(Field.METHODS) & methods) == 0) {
        now += SKIP;
      } else {
        long next = count.end(i, now + FETCH) + 1;
        lines.add(new Line(i, next - now));
        now = next;
      }
    }
    return new Account(now + END, lines);
  }

  /** When an instruction is done that starts at some time. */
  private long end(Instruction i, long start) {
    if (i.kind() == Kind.WINNER) {
      int count = i.get(Field.GROUPS_IN);
      return start + 1 + Math.ceilDiv(count, lanes) + count;
    }
    return new Walk(i, start).end();
  }

  /** The steps of one instruction. */
  private final class Walk {
    private final Instruction i;

    /** When the issuer goes on. */
    private long issuer;

    /** From when on the streamer accepts a step. */
    private long ready;

    Walk(Instruction i, long start) {
      this.i = i;
      this.issuer = start + 1;
    }

    long end() {
      int planeRows = i.get(Field.PLANE_ROWS);
      int tileRows = i.get(Field.TILE_ROWS);
      long written = issuer;
      for (int top = 0; top < planeRows; top += tileRows) {
        int bottom = Math.min(planeRows, top + tileRows);
        for (int group = 0; group < i.get(Field.GROUPS_OUT); group++) {
          written = block(top, bottom);
        }
      }
      return Math.max(written, issuer);
    }

    private long block(int top, int bottom) {
      long parameters = issuer + lanes + 1;
      issuer++;
      switch (i.kind()) {
        case COMPUTE -> i.taps().forEach(t -> tap(t, top, bottom));
        case TABLE -> issuer += 1 + i.get(Field.WEIGHT_LINES);
        case SWEEP, WINNER, END -> {}
      }
      long accepted = Math.max(Math.max(issuer, parameters), ready);
      int positions = i.has(Flag.REDUCES) ? 1 : (bottom - top) * i.get(Field.PLANE_COLUMNS);
      boolean takesTurns = onePort && (i.kind() == Kind.SWEEP || i.has(Flag.RESIDUAL));
      long last = accepted + FLUSH + positions * (takesTurns ? 2L : 1) - 1;
      ready = last + (onePort ? SETTLE_ONE_PORT : SETTLE);
      issuer = accepted + 1;
      return last + WRITTEN;
    }

    /** Its index, its positions; then for each word of channels its weights, and a pass. */
    private void tap(Tap t, int top, int bottom) {
      int rows = Math.min(t.endRow(), bottom) - Math.max(t.firstRow(), top);
      issuer += 2;
      for (int word = 0; word < i.get(Field.GROUPS_IN) && rows > 0; word++) {
        long offered = issuer + (i.has(Flag.DIRECT) ? 0 : 1 + i.get(Field.WEIGHT_LINES));
        long accepted = Math.max(offered, ready);
        ready = accepted + (long) rows * t.columns();
        issuer = accepted + 1;
      }
    }
  }
}
