package whyc.simulate;

/** How long a zero-free core works. The two ways to know it agree to the cycle. */
sealed interface CoreTiming permits TiledTiming, CycleByCycle {

  /**
   * Of one piece of a layer.
   *
   * @param input what is not zero of the layer's input, all groups
   */
  PieceCycles run(Loops loops, Piece piece, Occupancy input);
}
