package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cycles that a program takes, from when each step begins and ends in {@code sequencer.sv},
 * {@code walker.sv}, {@code issuer.sv}, {@code streamer.sv} and {@code drainer.sv}: no cycle is
 * simulated, and none is estimated.
 */
final class CycleCount {
  /** From the first state of a fetch until all words are there. */
  private static final int FETCH = Field.COUNT + 1;

  /** An instruction that is skipped: the first two words, and two cycles more. */
  private static final int SKIP = 4;

  /** From the first state of the last fetch until the end is known. */
  private static final int END = 3;

  /** A tap is asked for, and its positions are worked out. */
  private static final int TAP = 2;

  /** A pass is offered so many cycles before its last line has come, where that cannot be late. */
  private static final int AHEAD = 2;

  /** From the acceptance of a drain, or the last position before it, to its first position. */
  private static final int FLUSH = 5;

  /** From a drain's position to that of its residual. */
  private static final int RESIDUAL = 4;

  /** From a drain's last position until the next drain may be accepted. */
  private static final int SETTLE = 8;

  /** From a drain's last position until its last code can be read. */
  private static final int WRITTEN = 9;

  private final int lanes;
  private final boolean takesTurns;
  private final Optional<StreamCount> stream;

  /** Lines from there on are written by the core. */
  private final int known;

  private final int resultBits;

  /** When the last instruction began, and from when on the next may, if it overlaps. */
  private long began;

  private long issued;

  /** When all codes can be read. */
  private long written;

  /** When the last step was accepted. */
  private long accepted;

  /** When the last position of the last pass goes out: in that cycle the next is accepted. */
  private long streamed;

  /** From when on the next drain is accepted. */
  private long drained;

  /** The cycles in which a drain reads features, and passes wait: from one to before another. */
  private long readsFrom;

  private long readsTo;

  private CycleCount(Program p) {
    this.lanes = p.core().lanes();
    this.takesTurns = p.core().takesTurns();
    this.stream =
        switch (p.core().weights()) {
          case Weights.Streamed s -> Optional.of(new StreamCount(p.core(), s));
          case Weights.Held _, Weights.Loaded _ -> Optional.empty();
        };
    this.known = p.weights().size();
    this.resultBits = p.core().resultBits();
  }

  /**
   * What one instruction took.
   *
   * @param cycles from its start to that of the next, or to the end; with the first, its fetch
   */
  record Line(Instruction instruction, long cycles) {}

  /**
   * A run.
   *
   * @param cycles from the start to the end
   * @param lines each instruction that was carried out
   * @param streamedLines of weights that were read from outside
   */
  record Account(long cycles, List<Line> lines, long streamedLines) {
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
    List<Instruction> asked = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    long fetch = 1;
    for (Instruction i : p.instructions()) {
      if ((i.get(Field.METHODS) & methods) == 0) {
        fetch += SKIP;
      } else {
        long start = count.start(i, fetch + FETCH);
        asked.add(i);
        starts.add(asked.size() == 1 ? 0 : start);
        count.carryOut(i, start);
        fetch = count.takesTurns ? count.settled() + 1 : start;
      }
    }
    starts.add(Math.max(fetch + END, count.settled()) + 1);
    List<Line> lines = new ArrayList<>();
    for (int k = 0; k < asked.size(); k++) {
      lines.add(new Line(asked.get(k), starts.get(k + 1) - starts.get(k)));
    }
    return new Account(starts.getLast(), lines, count.stream.map(StreamCount::asked).orElse(0L));
  }

  /** The first cycle in which nothing is left to be done. */
  private long settled() {
    return Math.max(issued, written);
  }

  /** When an instruction begins that has been fetched by some time. */
  private long start(Instruction i, long fetched) {
    return Math.max(fetched, i.overlaps() ? issued : settled()) + 1;
  }

  private void carryOut(Instruction i, long start) {
    began = start;
    int count = i.get(Field.GROUPS_IN);
    issued =
        switch (i.kind()) {
          case WINNER -> start + 1 + Math.ceilDiv(count, lanes) + count;
          case SCALE -> start + 3 + 2L * (count + resultBits);
          case COMPUTE, SWEEP, TABLE, END -> new Walk(i).issued();
        };
  }

  /** The steps of one instruction. */
  private final class Walk {
    private final Instruction i;

    /** When the walker is where it is. */
    private long walker = began + 1;

    /** When the parameters of a block are there; nothing is asked for before its first step. */
    private long parameters;

    private boolean asks = true;

    Walk(Instruction i) {
      this.i = i;
    }

    /** Hands out all steps. */
    long issued() {
      stream.ifPresent(s -> s.begins(began));
      int planeRows = i.get(Field.PLANE_ROWS);
      int tileRows = i.get(Field.TILE_ROWS);
      for (int top = 0; top < planeRows; top += tileRows) {
        int bottom = Math.min(planeRows, top + tileRows);
        for (int group = 0; group < i.get(Field.GROUPS_OUT); group++) {
          block(group, top, bottom);
        }
      }
      return accepted + 1;
    }

    private void block(int group, int top, int bottom) {
      if (i.kind() == Kind.COMPUTE) {
        i.taps().forEach(t -> tap(t, top, bottom));
      }
      drain(group, i.has(Flag.REDUCES) ? 1 : (bottom - top) * i.get(Field.PLANE_COLUMNS));
    }

    /** The cycle in which the issuer sees the next step: behind the last, once it is accepted. */
    private long step() {
      long handed = Math.max(walker, accepted);
      walker = handed + 1;
      if (asks) {
        parameters = handed + 1 + lanes + 1;
        asks = false;
      }
      return handed + 1;
    }

    /**
     * A step: the first cycle in which its weights let it be offered.
     *
     * @param wants whether it has any
     * @param ahead cycles before the last line in which it may be offered
     */
    private long there(boolean wants, int ahead) {
      int lines = i.get(Field.WEIGHT_LINES);
      boolean reads = wants && stream.isPresent() && i.get(Field.WEIGHT) < known;
      stream.ifPresent(s -> {
        if (reads) {
          s.asks(lines);
        } else {
          s.passes();
        }
      });
      long seen = step();
      if (!wants) {
        return seen;
      }
      if (reads) {
        return stream.orElseThrow().there(seen, lines);
      }
      return seen + Math.max(1, lines + 1 - (stream.isPresent() ? 0 : ahead));
    }

    private void tap(Tap t, int top, int bottom) {
      int rows = Math.min(t.endRow(), bottom) - Math.max(t.firstRow(), top);
      walker += TAP;
      stream.ifPresent(s -> s.tap(TAP));
      for (int word = 0; word < i.get(Field.GROUPS_IN) && rows > 0; word++) {
        long there = there(!i.has(Flag.DIRECT), AHEAD);
        accepted = Math.max(there, takesTurns ? Math.max(streamed, drained) : streamed);
        streamed = streamed(accepted + 1, (long) rows * t.columns());
      }
    }

    private void drain(int group, int positions) {
      long there = there(i.kind() == Kind.TABLE, 0);
      accepted = Math.max(Math.max(there, parameters), drained);
      asks = true;
      long first = Math.max(accepted, streamed) + FLUSH;
      boolean adds = i.has(Flag.RESIDUAL) && group < i.get(Field.RESIDUAL_GROUPS);
      boolean reads = adds || i.kind() == Kind.SWEEP;
      long last = first + positions * (takesTurns && reads ? 2L : 1) - 1;
      drained = last + SETTLE;
      written = last + WRITTEN;
      if (reads && !takesTurns) {
        readsFrom = first + (adds ? RESIDUAL : 0);
        readsTo = readsFrom + positions;
      }
    }
  }

  /** The cycle of the last of so many positions, which go out in cycles in which no drain reads. */
  private long streamed(long from, long positions) {
    long before = Math.max(0, readsFrom - from);
    if (from >= readsTo || positions <= before) {
      return from + positions - 1;
    }
    return readsTo + positions - before - 1;
  }
}
