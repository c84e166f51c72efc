package whyc.simulate;

/**
 * What a core did for a piece. Of the time that passes, decoders spend {@code busy + dispatch +
 * banks + fetch}, all of them together; otherwise they have nothing to do.
 *
 * @param from the cycle in which its first word of the bitmap could be read
 * @param handedOut when its last tile was handed to a decoder: the next piece can follow
 * @param end when the last of its inputs had been multiplied
 * @param drained when its sums had left the lanes
 * @param busy cycles in which decoders gave inputs to their lanes
 * @param dispatch in which they waited, since the piece was begun, for a tile to be found
 * @param banks in which they waited for a bank that another decoder read
 * @param fetch in which they waited for their own tile to come in
 * @param work what the piece asks for
 */
record PieceCycles(
    int decoders,
    long from,
    long handedOut,
    long end,
    long drained,
    long busy,
    long dispatch,
    long banks,
    long fetch,
    PieceWork work) {}
