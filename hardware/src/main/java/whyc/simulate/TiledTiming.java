package whyc.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts the cycles of a core tile by tile: the values of a tile are counted by its bitmap, and the
 * decoders' queues are followed from tile to tile.
 */
record TiledTiming(ZeroFreeCore core) implements CoreTiming {

  @Override
  public PieceCycles run(Loops loops, Piece piece, Occupancy input) {
    List<Position> positions = positions(loops, piece, input);
    ZeroFreeCore.Shares shares = core.shares(piece.outputs().size());
    Queues queues = new Queues(core, shares);
    int first = piece.groups().from() * loops.inputChannels();
    int last = piece.groups().to() * loops.inputChannels();
    long products = 0;
    long values = 0;
    int tile = 0;
    for (int c = first; c < last; c++) {
      int plane = input.index(c, 0, 0);
      for (Position p : positions) {
        long bits = core.skipsZeros() ? input.bits()[plane + p.tile] : p.inside;
        if (bits != 0) {
          long taps = p.taps(bits);
          products += taps;
          int places = Long.bitCount(p.inside);
          int nonZeros = Long.bitCount(bits);
          values += nonZeros;
          queues.take(
              tile / core.wordTiles(),
              core.fetchCycles(places, nonZeros),
              core.tileBytes(places, nonZeros),
              Math.max(1, taps * shares.passes()));
        }
        tile++;
      }
    }
    return queues.finish(products * piece.outputs().size(), values);
  }

  /**
   * A tile's place in the image, and what its values cost there.
   *
   * @param tile within its channel
   * @param inside bits of places within the image
   * @param masks of places with the same number of taps; those with none are left out
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Position(int tile, long inside, long[] masks, int[] counts) {
    long taps(long bits) {
      long sum = 0;
      for (int i = 0; i < masks.length; i++) {
        sum += (long) Long.bitCount(bits & masks[i]) * counts[i];
      }
      return sum;
    }
  }

  private static List<Position> positions(Loops loops, Piece piece, Occupancy input) {
    Taps taps = Taps.of(loops, piece);
    Piece.Range rows = taps.usedRows();
    Piece.Range columns = taps.usedColumns();
    int side = input.side();
    List<Position> positions = new ArrayList<>();
    for (int r = rows.from() / side; r * side < rows.to(); r++) {
      for (int c = columns.from() / side; c * side < columns.to(); c++) {
        positions.add(position(taps, input, r, c));
      }
    }
    return positions;
  }

  private static Position position(Taps taps, Occupancy input, int tileRow, int tileColumn) {
    int side = input.side();
    long[] masks = new long[side * side];
    int[] counts = new int[side * side];
    int kinds = 0;
    long inside = 0;
    for (int i = 0; i < side * side; i++) {
      int y = tileRow * side + i / side;
      int x = tileColumn * side + i % side;
      if (y < input.plane().height() && x < input.plane().width()) {
        inside |= 1L << i;
        int count = taps.at(y, x);
        if (count > 0) {
          int kind = 0;
          while (kind < kinds && counts[kind] != count) {
            kind++;
          }
          counts[kind] = count;
          masks[kind] |= 1L << i;
          kinds = Math.max(kinds, kind + 1);
        }
      }
    }
    return new Position(
        input.index(0, tileRow, tileColumn),
        inside,
        Arrays.copyOf(masks, kinds),
        Arrays.copyOf(counts, kinds));
  }

  /** The decoders, each with a tile that comes in and one that it works on. */
  private static final class Queues {
    private final int tilesPerCycle;
    private final long[] bankFree;

    /** When a decoder's place for the next tile becomes free, and when its work ends. */
    private final long[] roomFrom;

    private final long[] end;

    /** The cycle in which the last tile was handed out, how many were by then, and its word. */
    private long taken;

    private int inCycle;
    private int word = -1;
    private long busy;
    private long dispatch;
    private long banks;
    private long fetch;
    private long tiles;
    private long bytes;

    Queues(ZeroFreeCore core, ZeroFreeCore.Shares shares) {
      tilesPerCycle = core.parts().dispatchTilesPerCycle();
      bankFree = new long[core.banks()];
      roomFrom = new long[shares.decoders()];
      end = new long[shares.decoders()];
    }

    void take(int tileWord, int fetchCycles, int tileBytes, long cycles) {
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
      int bank = (int) (tiles % bankFree.length);
      long from = Math.max(taken, bankFree[bank]);
      long there = from + fetchCycles;
      bankFree[bank] = there;
      long start = Math.max(there, end[decoder]);
      waited(start - end[decoder], fetchCycles, from - taken);
      roomFrom[decoder] = start;
      end[decoder] = start + cycles;
      busy += cycles;
      tiles++;
      bytes += tileBytes;
    }

    /**
     * When the dispatcher can hand out the next tile: the next word is read beside the one before.
     */
    private long offered(int tileWord) {
      int advance = tileWord - word;
      word = tileWord;
      return advance > 0 ? taken + advance : inCycle < tilesPerCycle ? taken : taken + 1;
    }

    /** Shares out a gap in a decoder's work, from its end backwards. */
    private void waited(long gap, long ownFetch, long forBank) {
      long own = Math.min(gap, ownFetch);
      long others = Math.min(gap - own, forBank);
      fetch += own;
      banks += others;
      dispatch += gap - own - others;
    }

    PieceCycles finish(long products, long values) {
      long last = Arrays.stream(end).max().orElse(0);
      long tail = Arrays.stream(end).map(e -> last - e).sum();
      return new PieceCycles(
          end.length, last, busy, dispatch, banks, fetch, tail, products, values, tiles, bytes);
    }
  }
}
