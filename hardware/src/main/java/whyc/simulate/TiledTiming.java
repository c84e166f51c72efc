package whyc.simulate;

import java.util.Arrays;
import java.util.List;

/** Follows the queues of a core from tile to tile. */
record TiledTiming(ZeroFreeCore core) implements CoreTiming {

  @Override
  public List<PieceCycles> run(List<Job> jobs) {
    Clock clock = new Clock(core);
    return jobs.stream().map(job -> clock.run(job, work(job))).toList();
  }

  private PieceWork work(Job job) {
    return new Tiles(core, job.loops(), job.piece(), job.input()).work();
  }

  /** A core over time: its decoders, each with a tile that comes in and one that it works on. */
  static final class Clock {
    private final ZeroFreeCore core;
    private final long[] bankFree;

    /** When a decoder's place for the next tile becomes free, and when its work ends. */
    private long[] roomFrom = new long[0];

    private long[] end = new long[0];

    /** The cycle in which the last tile was handed out, how many were by then, and its word. */
    private long taken;

    private int inCycle;
    private int word;

    /** When the sums of the last piece, and of the one before it, have left. */
    private long drained;

    private long drainedBefore;

    /** Tiles so far, for the banks. */
    private long tiles;

    private long begun;
    private long busy;
    private long dispatch;
    private long banks;
    private long fetch;
    private long pieceEnd;

    Clock(ZeroFreeCore core) {
      this.core = core;
      this.bankFree = new long[core.banks()];
    }

    /** When another piece can follow. */
    long handedOut() {
      return taken;
    }

    /**
     * Does a piece, after those before it.
     *
     * @param work of the piece, which is known
     */
    PieceCycles run(Job job, PieceWork work) {
      ZeroFreeCore.Shares shares = core.shares(job.piece().outputs().size());
      long from = Math.max(Math.max(job.release(), taken), drainedBefore);
      if (shares.decoders() != end.length) {
        from = Math.max(from, last());
        end = new long[shares.decoders()];
        roomFrom = new long[shares.decoders()];
        Arrays.fill(end, from);
      }
      begin(from);
      new Tiles(core, job.loops(), job.piece(), job.input())
          .forEach((tileWord, places, nonZeros, taps) ->
              take(
                  tileWord,
                  core.fetchCycles(places, nonZeros),
                  Math.max(1, taps * shares.passes())));
      drainedBefore = drained;
      drained = Math.max(pieceEnd, drained) + job.drain();
      return new PieceCycles(
          end.length, from, taken, pieceEnd, drained, busy, dispatch, banks, fetch, work);
    }

    /** The core can do nothing before this cycle: something had not come. */
    void waitUntil(long cycle) {
      taken = Math.max(taken, cycle);
    }

    private long last() {
      return Arrays.stream(end).max().orElse(0);
    }

    private void begin(long from) {
      begun = from;
      taken = from;
      inCycle = 0;
      word = -1;
      pieceEnd = from;
      busy = 0;
      dispatch = 0;
      banks = 0;
      fetch = 0;
    }

    private void take(int tileWord, int fetchCycles, long cycles) {
      long offered = offered(tileWord);
      int decoder = 0;
      long room = Long.MAX_VALUE;
      for (int d = 0; d < roomFrom.length && room > offered; d++) {
        if (roomFrom[d] < room) {
          room = roomFrom[d];
          decoder = d;
        }
      }
      long now = Math.max(offered, room);
      inCycle = now == taken ? inCycle + 1 : 1;
      taken = now;
      int bank = (int) (tiles++ % bankFree.length);
      long fetchFrom = Math.max(now, bankFree[bank]);
      long there = fetchFrom + fetchCycles;
      bankFree[bank] = there;
      long start = Math.max(there, end[decoder]);
      waited(start - Math.max(end[decoder], begun), fetchCycles, fetchFrom - now);
      roomFrom[decoder] = start;
      end[decoder] = start + cycles;
      pieceEnd = Math.max(pieceEnd, end[decoder]);
      busy += cycles;
    }

    /** The next word of the bitmap is read while tiles of the one before are handed out. */
    private long offered(int tileWord) {
      int advance = tileWord - word;
      word = tileWord;
      boolean more = inCycle < core.parts().dispatchTilesPerCycle();
      return advance > 0 ? taken + advance : more ? taken : taken + 1;
    }

    /** Shares out a gap in a decoder's work, from its end backwards. */
    private void waited(long gap, long ownFetch, long forBank) {
      long own = Math.min(gap, ownFetch);
      long others = Math.min(gap - own, forBank);
      fetch += own;
      banks += others;
      dispatch += gap - own - others;
    }
  }
}
