package whyc.rtl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What RTL takes of an FPGA, before it is placed.
 *
 * @param luts look-up tables, those of carries and small memories included where the family makes
 *     them of such
 * @param dsps multipliers
 * @param blockRams memories of the size that the family counts
 * @param cells of each kind, by name
 */
public record Resources(
    int luts, int flipFlops, int dsps, int blockRams, SequencedMap<String, Integer> cells) {

  public Resources {
    cells = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(cells));
  }

  /** How many cells there are of a kind. */
  public int count(String cell) {
    return cells.getOrDefault(cell, 0);
  }
}
