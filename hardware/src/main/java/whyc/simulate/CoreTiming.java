package whyc.simulate;

import java.util.List;

/** When a zero-free core is done with what. The two ways to know it agree to the cycle. */
sealed interface CoreTiming permits TiledTiming, CycleByCycle {

  /** Of pieces that a core does one after the other, from cycle 0 on. */
  List<PieceCycles> run(List<Job> jobs);

  /**
   * A piece that a core is to do.
   *
   * @param input what is not zero of the layer's input, all groups
   * @param release the cycle from which on it may be begun: its inputs and weights are there
   * @param drain cycles of what follows the lanes
   */
  record Job(Loops loops, Piece piece, Occupancy input, long release, long drain) {}
}
