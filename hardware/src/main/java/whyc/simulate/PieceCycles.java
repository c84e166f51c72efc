package whyc.simulate;

/**
 * What a core needed for a piece. Cycles of all decoders together add up:
 *
 * <pre>{@code
 * decoders * cycles = busy + dispatch + banks + fetch + tail
 * }</pre>
 *
 * @param cycles from the first to the last
 * @param busy in which decoders gave inputs to their lanes
 * @param dispatch in which they waited for a tile to be found
 * @param banks in which they waited for a bank that another decoder read
 * @param fetch in which they waited for their own tile to come in
 * @param tail in which they had nothing left to do and others had
 * @param products that were computed, one for each output channel
 * @param values that were taken out of tiles
 * @param tiles that were fetched, and their bytes
 */
public record PieceCycles(
    int decoders,
    long cycles,
    long busy,
    long dispatch,
    long banks,
    long fetch,
    long tail,
    long products,
    long values,
    long tiles,
    long fetchedBytes) {}
