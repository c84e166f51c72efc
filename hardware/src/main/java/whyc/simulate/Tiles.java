package whyc.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tiles of input that a piece wants, in the order in which they are read: channel by channel,
 * row by row. Their values are counted by their bitmaps.
 */
final class Tiles {
  private final ZeroFreeCore core;
  private final Loops loops;
  private final Piece piece;
  private final Occupancy input;
  private final List<Position> positions;

  Tiles(ZeroFreeCore core, Loops loops, Piece piece, Occupancy input) {
    this.core = core;
    this.loops = loops;
    this.piece = piece;
    this.input = input;
    this.positions = positions(Taps.of(loops, piece), input);
  }

  /** Is told of tiles. */
  interface Reader {
    /**
     * A tile that is present.
     *
     * @param word of the bitmap of present tiles
     * @param places that reach an output of the piece; others are not sent to the core
     * @param taps of all of its values that are not zero
     */
    void tile(int word, int places, int nonZeros, long taps);
  }

  void forEach(Reader reader) {
    int first = piece.groups().from() * loops.inputChannels();
    int last = piece.groups().to() * loops.inputChannels();
    int tile = 0;
    for (int c = first; c < last; c++) {
      int plane = input.index(c, 0, 0);
      for (Position p : positions) {
        long bits = core.skipsZeros() ? input.bits()[plane + p.tile] & p.wanted : p.wanted;
        if (bits != 0) {
          reader.tile(
              tile / core.wordTiles(), Long.bitCount(p.wanted), Long.bitCount(bits), p.taps(bits));
        }
        tile++;
      }
    }
  }

  /** What the piece asks of the core. */
  PieceWork work() {
    ZeroFreeCore.Shares shares = core.shares(piece.outputs().size());
    Sum sum = new Sum();
    forEach((word, places, nonZeros, taps) -> {
      sum.cycles += Math.max(1, taps * shares.passes());
      sum.taps += taps;
      sum.values += nonZeros;
      sum.tiles++;
      sum.bytes += core.tileBytes(places, nonZeros);
    });
    return new PieceWork(
        shares.decoders(),
        sum.cycles,
        sum.taps * piece.outputs().size(),
        sum.values,
        sum.tiles,
        sum.bytes);
  }

  private static final class Sum {
    long cycles;
    long taps;
    long values;
    long tiles;
    long bytes;
  }

  /**
   * A tile's place in the image, and what its values cost there.
   *
   * @param tile within its channel
   * @param wanted bits of places that reach an output of the piece
   * @param masks of places with the same number of taps; those with none are left out
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Position(int tile, long wanted, long[] masks, int[] counts) {
    long taps(long bits) {
      long sum = 0;
      for (int i = 0; i < masks.length; i++) {
        sum += (long) Long.bitCount(bits & masks[i]) * counts[i];
      }
      return sum;
    }
  }

  private static List<Position> positions(Taps taps, Occupancy input) {
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
    long wanted = 0;
    for (int i = 0; i < side * side; i++) {
      int y = tileRow * side + i / side;
      int x = tileColumn * side + i % side;
      if (y < input.plane().height() && x < input.plane().width()) {
        int count = taps.at(y, x);
        if (count > 0) {
          wanted |= 1L << i;
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
        wanted,
        Arrays.copyOf(masks, kinds),
        Arrays.copyOf(counts, kinds));
  }
}
