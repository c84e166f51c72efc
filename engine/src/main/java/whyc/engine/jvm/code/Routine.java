package whyc.engine.jvm.code;

/**
 * A piece of code made for a kind of layer. It holds no state: arrays and geometry are given.
 *
 * <p>Work is counted in units, which may run in any order and at the same time.
 */
public interface Routine {

  /**
   * Does some of the work.
   *
   * @param values the arena
   * @param bits the arena's truth values, one short for each vector
   * @param weights constants, packed as the routine wants them
   * @param arguments offsets, strides and counts, in the order of the routine's names
   * @param from the first unit
   * @param to one more than the last
   */
  void run(float[] values, short[] bits, float[] weights, int[] arguments, int from, int to);

  /**
   * The arguments that say how often a loop runs, by bit. With smaller ones a routine does less of
   * its work, and touches nothing else.
   */
  long counts();

  /**
   * The arguments from which loops go on where others have ended, by bit. With zeros there, the
   * later loops do what those before them did.
   */
  long starts();
}
