package whyc.simulate;

import whyc.accelerator.ManyCore;

/**
 * A core that takes inputs as they come, one after the other, and leaves out those that are zero.
 *
 * <p>Lanes multiply one input by the weights of as many output channels as they have multipliers, a
 * cycle for each tap of the window. Some lanes share a <em>decoder</em>, and so an input, and hold
 * different output channels; the others take other tiles of the input meanwhile. Partial sums lie
 * with the lanes, a place for each output of a {@link Piece}, and those of different decoders are
 * added while they are drained, which is done beside the work on the next piece.
 *
 * <p>The dispatcher reads the bitmap of present tiles, a word in a cycle, and hands tiles to the
 * first decoders that have room, a few in a cycle. A decoder fetches a tile, bitmap and values,
 * through the port of one bank of the input memory while it works on the one before; of the tiles
 * that are present, number k lies in bank k mod banks. Of a tile the core is sent what reaches an
 * output of the piece, and nothing where all of that is zero. Weights need no matching, and a tile
 * costs
 *
 * <pre>{@code
 * cycles = max(1, passes * sum of taps over its non-zero values)
 *     passes: times that the lanes of a decoder go over the output channels of the piece
 * }</pre>
 *
 * Every size is a parameter; none is known of the published chip (docs/accelerators/epu.md).
 *
 * @param valueBits of an input
 */
public record ZeroFreeCore(ManyCore.Core parts, int valueBits) {

  int multipliers() {
    return parts.multipliers();
  }

  int banks() {
    return parts.input().banks();
  }

  /** Tiles whose presence the dispatcher sees in a cycle. */
  int wordTiles() {
    return parts.scanTilesPerCycle();
  }

  int tileSide() {
    return parts.tileSide();
  }

  /** False for the dense twin, which takes every value as if it were not zero. */
  boolean skipsZeros() {
    return parts.skipsZeros();
  }

  /**
   * How the lanes are shared out for a piece.
   *
   * @param lanes of each decoder; some may be left over
   * @param passes of them over the output channels
   */
  record Shares(int decoders, int lanes, int passes) {}

  /** The shares that finish most tiles at a time; of several, that of the fewest decoders. */
  Shares shares(int outputChannels) {
    int blocks = Math.ceilDiv(outputChannels, multipliers());
    Shares best = shares(1, blocks);
    for (int n = 2; n <= Math.min(parts.lanes(), blocks); n++) {
      Shares s = shares(n, blocks);
      best = (long) s.decoders * best.passes >= (long) best.decoders * s.passes ? s : best;
    }
    return best;
  }

  private Shares shares(int lanesOfADecoder, int blocks) {
    return new Shares(
        parts.lanes() / lanesOfADecoder, lanesOfADecoder, Math.ceilDiv(blocks, lanesOfADecoder));
  }

  /** Cycles in which the partial sums of a piece leave the lanes, a vector from each at a time. */
  long drainCycles(Piece piece) {
    long places = (long) piece.rows().size() * piece.columns().size() * piece.groups().size();
    return places * shares(piece.outputs().size()).passes();
  }

  /** Bytes of partial sums of 32 bits that a piece takes, those of all decoders. */
  long sumBytes(Piece piece) {
    Shares s = shares(piece.outputs().size());
    return drainCycles(piece) * s.decoders * s.lanes * multipliers() * Integer.BYTES;
  }

  /** Cycles in which the port of a bank gives a tile. */
  int fetchCycles(int places, int nonZeros) {
    return Math.ceilDiv(tileBytes(places, nonZeros), parts.input().portBytes());
  }

  /**
   * Bytes of a tile that is present: all of its values, or a bitmap and those that are not zero,
   * whichever takes less.
   */
  int tileBytes(int places, int nonZeros) {
    int dense = Math.ceilDiv(places * valueBits, Byte.SIZE);
    int sparse = Math.ceilDiv(places + nonZeros * valueBits, Byte.SIZE);
    return skipsZeros() ? Math.min(dense, sparse) : dense;
  }

  /** Bytes of a tensor in the compressed form: the bitmap of present tiles, and these. */
  long bytes(Occupancy o) {
    long bytes = Math.ceilDiv(o.bits().length, Byte.SIZE);
    for (int i = 0; i < o.bits().length; i++) {
      int nonZeros = Long.bitCount(o.bits()[i]);
      bytes += nonZeros == 0 ? 0 : tileBytes(o.places(i), nonZeros);
    }
    return bytes;
  }
}
