package whyc.simulate;

/**
 * What a piece asks of a core, whenever it is done.
 *
 * @param cycles of decoders that give inputs to their lanes, all together
 * @param products that are computed, one for each output channel
 * @param values that are taken out of tiles
 * @param tiles that are fetched, and their bytes
 */
public record PieceWork(
    int decoders, long cycles, long products, long values, long tiles, long fetchedBytes) {}
