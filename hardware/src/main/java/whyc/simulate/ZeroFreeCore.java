package whyc.simulate;

/**
 * A core that takes inputs as they come, one after the other, and leaves out those that are zero.
 *
 * <p>Lanes multiply one input by the weights of as many output channels as they have multipliers, a
 * cycle for each tap of the window. Some lanes share a <em>decoder</em>, and so an input, and hold
 * different output channels; as many as there are channels for. The others take other tiles of the
 * input meanwhile. Partial sums lie with the lanes, a place for each output of a {@link Piece}, and
 * those of different decoders are added while they are drained, which is done beside the work on
 * the next piece.
 *
 * <p>The dispatcher reads the bitmap of present tiles, a word in a cycle, and hands one tile in a
 * cycle to the first decoder that has room. A decoder fetches a tile, bitmap and values, through
 * the port of one bank of the input memory while it works on the one before. From the bitmap of a
 * tile it takes what is not zero and reaches an output of the piece, so that weights need no
 * matching, and a tile costs
 *
 * <pre>{@code
 * cycles = max(1, passes * sum of taps over its non-zero values)
 *     passes: times that the lanes of a decoder go over the output channels of the piece
 * }</pre>
 *
 * After "input-stationary" cores with bitmaps; every size is a parameter, none is known of the chip
 * (docs/accelerators/epu.md).
 *
 * @param tileSide places along a side of a tile, 1 to 8
 * @param wordTiles tiles whose presence the dispatcher sees in a cycle
 * @param banks of the input memory; tile k of those that are present lies in bank k mod banks
 * @param portBytes that a bank gives in a cycle
 * @param skipsZeros false for the dense twin, which takes every value as if it were not zero
 */
public record ZeroFreeCore(
    int lanes,
    int multipliers,
    int valueBits,
    int tileSide,
    int wordTiles,
    int banks,
    int portBytes,
    boolean skipsZeros) {

  /**
   * How the lanes are shared out for a piece.
   *
   * @param lanes of each decoder; some may be left over
   * @param passes of them over the output channels
   */
  record Shares(int decoders, int lanes, int passes) {}

  /** The shares that finish most tiles at a time; of several, that of the fewest decoders. */
  Shares shares(Piece piece) {
    int blocks = Math.ceilDiv(piece.outputs().size(), multipliers);
    Shares best = shares(1, blocks);
    for (int n = 2; n <= Math.min(lanes, blocks); n++) {
      Shares s = shares(n, blocks);
      best = (long) s.decoders * best.passes >= (long) best.decoders * s.passes ? s : best;
    }
    return best;
  }

  private Shares shares(int lanesOfADecoder, int blocks) {
    return new Shares(
        lanes / lanesOfADecoder, lanesOfADecoder, Math.ceilDiv(blocks, lanesOfADecoder));
  }

  /** Vectors of partial sums that leave a lane for a piece, one in a cycle. */
  long drainCycles(Piece piece) {
    long places = (long) piece.rows().size() * piece.columns().size() * piece.groups().size();
    return places * shares(piece).passes();
  }

  /** Cycles in which the port of a bank gives a tile: bitmap or not, whichever is shorter. */
  int fetchCycles(int nonZeros) {
    return Math.max(1, Math.ceilDiv(tileBytes(nonZeros), portBytes));
  }

  /** Bytes of a tile that is present, and is kept as all its values or as a bitmap and some. */
  int tileBytes(int nonZeros) {
    int places = tileSide * tileSide;
    int dense = Math.ceilDiv(places * valueBits, 8);
    int sparse = Math.ceilDiv(places + nonZeros * valueBits, 8);
    return skipsZeros ? Math.min(dense, sparse) : dense;
  }
}
